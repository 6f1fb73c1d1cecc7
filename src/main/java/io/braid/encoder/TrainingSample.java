package io.braid.encoder;

import io.braid.modality.Sample;
import java.util.List;
import java.util.Set;

/**
 * A sample of a batch that is learnt from.
 *
 * @param views names of the modalities of each of its subset views, a part of those present; empty
 *     for a view that it does not have
 */
public record TrainingSample(Sample sample, List<Set<String>> views) {
  public TrainingSample {
    views = views.stream().map(Set::copyOf).toList();
    if (!views.stream().allMatch(sample.modalities().keySet()::containsAll)) {
      throw new IllegalArgumentException(
          "views " + views + " of a sample with " + sample.modalities().keySet());
    }
  }
}
