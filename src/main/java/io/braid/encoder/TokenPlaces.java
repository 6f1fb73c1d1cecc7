package io.braid.encoder;

import io.braid.modality.Features;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import java.util.List;

/** Where in the packed tokens of a batch each modality of each sample stands. */
final class TokenPlaces {
  private final int[][] lengths;
  private final int[][] starts;

  TokenPlaces(ModalitySchema schema, List<Sample> samples) {
    lengths = new int[schema.size()][samples.size()];
    starts = new int[schema.size()][samples.size()];
    List<String> names = schema.names();
    int token = 0;
    for (int m = 0; m < schema.size(); m++) {
      for (int s = 0; s < samples.size(); s++) {
        Features features = samples.get(s).modalities().get(names.get(m));
        starts[m][s] = token;
        lengths[m][s] = features == null ? 0 : features.length();
        token += lengths[m][s];
      }
    }
  }

  int modalities() {
    return lengths.length;
  }

  boolean present(int modality, int sample) {
    return lengths[modality][sample] > 0;
  }

  int length(int modality, int sample) {
    return lengths[modality][sample];
  }

  /** First packed token of a modality of a sample. */
  int start(int modality, int sample) {
    return starts[modality][sample];
  }
}
