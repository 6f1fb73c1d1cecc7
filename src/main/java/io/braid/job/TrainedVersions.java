package io.braid.job;

import io.braid.dataset.DatasetService;
import io.braid.dataset.ModalSparsity;
import io.braid.dataset.Presence;
import io.braid.dataset.Split;
import io.braid.dataset.StoredDataset;
import io.braid.model.ModelConfigReader;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.store.DurableFiles;
import io.braid.training.JobFolder.Outcome;
import io.braid.training.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Makes versions of what jobs trained. */
@Component
class TrainedVersions {
  private final ModelService models;
  private final DatasetService datasets;

  TrainedVersions(ModelService models, DatasetService datasets) {
    this.models = models;
    this.datasets = datasets;
  }

  /**
   * A crash may come at any point: the same job gives the same version again, and the worker's file
   * stays where it is.
   *
   * @throws io.braid.problem.BraidException where the version is refused
   */
  ModelVersion add(Job job, Outcome outcome) {
    Path weights = Path.of(outcome.weights().orElseThrow());
    Path copy = models.incoming();
    try {
      Files.copy(weights, copy);
      return models.add(
          job.spec().model(),
          () -> ModelConfigReader.stored(outcome.config().orElseThrow()),
          copy,
          outcome.metrics(),
          lineage(job, weights),
          Optional.of("training-job:" + job.id()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      DurableFiles.deleteIfPossible(copy);
    }
  }

  private Map<String, Object> lineage(Job job, Path weights) {
    var lineage = new LinkedHashMap<String, Object>();
    lineage.put("source", "training");
    lineage.put("job", job.id());
    lineage.put("dataset", job.spec().dataset());
    lineage.put("dataset_sha256", job.content());
    lineage.put("seed", job.spec().seed());
    lineage.put("test_fraction", job.spec().testFraction());
    lineage.put("modal_sparsity", job.spec().modalSparsity());
    lineage.put("subset_views", job.spec().subsetViews());
    lineage.put("modality_dropout", job.spec().modalityDropout());
    lineage.put("presence", presence(job).bySubset());
    lineage.put("checkpoint_sha256", DurableFiles.sha256(weights));
    return lineage;
  }

  /** Of the samples that it learnt from, after modal sparsity. */
  private Presence presence(Job job) {
    TrainingSpec spec = job.spec();
    try (var dataset = StoredDataset.open(datasets.folder(job.content()))) {
      long[] kept = ModalSparsity.draw(dataset, spec.modalSparsity(), spec.seed());
      Split split = Split.of(dataset, spec.testFraction(), spec.seed());
      return Presence.of(dataset, split.train(), sample -> kept[sample]);
    }
  }
}
