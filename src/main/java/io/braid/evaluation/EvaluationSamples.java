package io.braid.evaluation;

import io.braid.dataset.ModalSparsity;
import io.braid.dataset.Split;
import io.braid.dataset.StoredDataset;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.IntVector;
import io.braid.modality.Sample;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The samples of an evaluation, with the modalities that modal sparsity has left of them and the
 * model knows. Those that have no fusion then are left out.
 */
final class EvaluationSamples {
  /** Comparing each with each takes the square of their number; of more, these, spread evenly. */
  static final int MAX_SAMPLES = 10_000;

  private final StoredDataset dataset;
  private final EncoderConfig encoder;

  /** By sample of the dataset, bits by modality of the dataset. */
  private final long[] kept;

  /** Samples of which {@link #kept} still has what the model may read nothing of. */
  private final BitSet unread = new BitSet();

  private final Split split;
  private final IntVector measured;

  EvaluationSamples(EvaluationSpec spec, StoredDataset dataset, EncoderConfig encoder) {
    this.dataset = dataset;
    this.encoder = encoder;
    this.kept = ModalSparsity.draw(dataset, spec.modalSparsity(), spec.seed());
    if (isCutOff()) {
      unread.set(0, kept.length);
    }
    this.split = Split.of(dataset, spec.testFraction(), spec.splitSeed());
    this.measured =
        switch (spec.split()) {
          case TEST -> fusing(split.test());
          case TRAIN -> train();
          case ALL -> fusing(IntVector.range(dataset.size()));
        };
  }

  /** Whether the model reads less of a modality than the dataset has. */
  private boolean isCutOff() {
    return encoder.schema().modalities().stream()
        .anyMatch(modality ->
            dataset.schema().modalities().stream()
                .anyMatch(stored ->
                    stored.name().equals(modality.name())
                        && stored.maxTokens() > modality.maxTokens()));
  }

  /** What a sample has kept less that of which the model reads nothing. */
  private long kept(int sample) {
    if (unread.get(sample)) {
      kept[sample] =
          dataset.sample(sample, kept[sample], encoder.schema()).stream()
              .flatMap(read -> read.modalities().keySet().stream())
              .mapToLong(this::bit)
              .reduce(0, (a, b) -> a | b);
      unread.clear(sample);
    }
    return kept[sample];
  }

  private IntVector fusing(IntVector samples) {
    int[] fusing = samples.stream().filter(sample -> encoder.fuses(present(sample))).toArray();
    return fusing.length <= MAX_SAMPLES
        ? IntVector.of(fusing)
        : IntVector.of(
            IntStream.range(0, MAX_SAMPLES)
                .map(i -> fusing[(int) ((long) i * fusing.length / MAX_SAMPLES)])
                .toArray());
  }

  /** Those that are queries and candidates. */
  IntVector measured() {
    return measured;
  }

  /** Those that probes learn from. */
  IntVector train() {
    return fusing(split.train());
  }

  /** Modalities of the model that the dataset has, in the model's order. */
  List<String> modalities() {
    return encoder.schema().names().stream().filter(dataset.schema().names()::contains).toList();
  }

  /** Modalities that a sample has kept. */
  Set<String> present(int sample) {
    var present = new LinkedHashSet<String>();
    long bits = kept(sample);
    for (String modality : modalities()) {
      if ((bits & bit(modality)) != 0) {
        present.add(modality);
      }
    }
    return present;
  }

  private long bit(String modality) {
    return 1L << dataset.schema().names().indexOf(modality);
  }

  /**
   * A sample as the model reads it, with some of its modalities.
   *
   * @param allowed at least one that it has
   */
  Sample sample(int sample, Collection<String> allowed) {
    long bits = allowed.stream().mapToLong(this::bit).reduce(0, (a, b) -> a | b);
    return dataset
        .sample(sample, kept(sample) & bits, encoder.schema())
        .orElseThrow(() -> new IllegalStateException("sample " + sample + " is empty"));
  }
}
