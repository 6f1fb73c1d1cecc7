package io.braid.training;

import io.braid.dataset.ColumnStatistics;
import io.braid.dataset.StoredDataset;
import io.braid.encoder.EncoderConfig;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Standardization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The config of the model that a run makes: its network, and the dataset's modalities. */
final class RunConfig {
  private RunConfig() {}

  static EncoderConfig of(
      TrainingSpec spec, StoredDataset dataset, TrainingSamples samples, JobEvents events) {
    var modalities = new ArrayList<Modality>();
    List<Modality> all = dataset.schema().modalities();
    for (int m = 0; m < all.size(); m++) {
      modalities.add(modality(spec, dataset, samples, m, events));
    }
    return spec.network().encoder(spec.architecture(), new ModalitySchema(modalities));
  }

  /** Tables are standardised unless the job says no; sequences if it says yes. */
  private static Modality modality(
      TrainingSpec spec, StoredDataset dataset, TrainingSamples samples, int m, JobEvents events) {
    Modality modality = dataset.schema().modalities().get(m);
    return switch (modality) {
      case Modality.Tabular tabular when spec.standardize().orElse(true) ->
          new Modality.Tabular(
              tabular.name(),
              tabular.columns(),
              tabular.maxValue(),
              Optional.of(fit(dataset, samples, m, tabular.columns(), events)));
      case Modality.Sequence sequence when spec.standardize().orElse(false) ->
          new Modality.Sequence(
              sequence.name(),
              sequence.features(),
              sequence.maxLength(),
              Optional.of(fit(dataset, samples, m, Modality.unnamed(sequence.features()), events)));
      case Modality.Tabular _,
          Modality.Sequence _,
          Modality.Tokens _,
          Modality.SparseTabular _,
          Modality.Patches _ ->
          modality;
    };
  }

  /** Mean and deviation over the training split; 0 and 1 where it has too little to tell. */
  private static Standardization fit(
      StoredDataset dataset,
      TrainingSamples samples,
      int m,
      List<String> columns,
      JobEvents events) {
    ColumnStatistics statistics = ColumnStatistics.of(dataset, m, samples.train(), samples.kept());
    var mean = new float[columns.size()];
    var deviation = new float[columns.size()];
    var constant = new ArrayList<String>();
    for (int c = 0; c < columns.size(); c++) {
      boolean varies = statistics.count(c) > 1 && (float) statistics.deviation(c) > 0;
      mean[c] = statistics.count(c) > 0 ? (float) statistics.mean(c) : 0;
      deviation[c] = varies ? (float) statistics.deviation(c) : 1;
      if (!varies) {
        constant.add(columns.get(c));
      }
    }
    if (!constant.isEmpty()) {
      events.log(
          "%d columns of '%s', '%s' first, do not vary in the training split, and are only centred"
              .formatted(constant.size(), dataset.schema().names().get(m), constant.getFirst()));
    }
    return Standardization.of(mean, deviation);
  }
}
