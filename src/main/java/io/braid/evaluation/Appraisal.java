package io.braid.evaluation;

import io.braid.dataset.DatasetService;
import io.braid.dataset.StoredDataset;
import io.braid.embedding.EmbeddingService;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.training.Gate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Measures a version, holds it to its gate, and makes it the default where it passes. */
@Component
class Appraisal {
  private static final Logger log = LoggerFactory.getLogger(Appraisal.class);

  private final EmbeddingService embeddings;
  private final ModelService models;
  private final DatasetService datasets;

  Appraisal(EmbeddingService embeddings, ModelService models, DatasetService datasets) {
    this.embeddings = embeddings;
    this.models = models;
    this.datasets = datasets;
  }

  /** What it measures, and what its gate makes of that. */
  Map<String, Object> of(Evaluation evaluation, SampleEmbedder.Progress progress) {
    EvaluationSpec spec = evaluation.spec();
    ModelVersion version = models.resolve(spec.model(), Optional.of(spec.version()));
    if (evaluation.job().filter(job -> !job.equals(version.lineage().get("job"))).isPresent()) {
      throw new BraidException(
          ProblemKind.NOT_FOUND, "%s is not the job's any more".formatted(version));
    }
    Map<String, Object> metrics = measure(evaluation, version, progress);
    if (spec.gate().isEmpty()) {
      return metrics;
    }
    Optional<String> refusal = refusal(evaluation, version, metrics, progress);
    if (refusal.isEmpty()) {
      log.info("{} is the default now: it has passed its gate", version);
    } else {
      log.info("{} has not passed its gate: {}", version, refusal.get());
    }
    var all = new LinkedHashMap<>(metrics);
    var gate = new LinkedHashMap<String, Object>();
    gate.put("passed", refusal.isEmpty());
    gate.put("default", models.resolve(spec.model(), Optional.empty()).version());
    refusal.ifPresent(why -> gate.put("why", why));
    all.put("gate", gate);
    return all;
  }

  /** Makes a version the default, or says why it does not become that. */
  private Optional<String> refusal(
      Evaluation evaluation,
      ModelVersion version,
      Map<String, Object> metrics,
      SampleEmbedder.Progress progress) {
    EvaluationSpec spec = evaluation.spec();
    Gate gate = spec.gate().orElseThrow();
    ModelVersion before = models.resolve(spec.model(), Optional.empty());
    Optional<JsonNode> ofDefault = Optional.empty();
    if (before.version() != version.version() && gate.notWorseThanDefaultBy().isPresent()) {
      Optional<String> unlike = unlike(evaluation, version, before);
      if (unlike.isPresent()) {
        return unlike;
      }
      ofDefault =
          Optional.of(EvaluationRepository.JSON.valueToTree(measure(evaluation, before, progress)));
    }
    Optional<String> refusal =
        gate.refusal(EvaluationRepository.JSON.valueToTree(metrics), ofDefault);
    return refusal.isPresent()
        ? refusal
        : models.whileUnchanged(() -> {
          progress.at(1, 1); // it may have been cancelled
          return promote(version, before);
        });
  }

  private Optional<String> promote(ModelVersion version, ModelVersion before) {
    int now = models.resolve(version.model(), Optional.empty()).version();
    if (now != before.version()) {
      return Optional.of(
          "the default changed from %d to %d meanwhile".formatted(before.version(), now));
    }
    models.makeDefault(version.model(), version.version());
    return Optional.empty();
  }

  /** Why two versions cannot be measured on the same samples, none of which either has learnt. */
  private Optional<String> unlike(Evaluation evaluation, ModelVersion version, ModelVersion other) {
    EvaluationSpec spec = evaluation.spec();
    try (var dataset = StoredDataset.open(datasets.folder(evaluation.content()))) {
      Optional<String> misfit = EvaluationReader.misfit(other, dataset.schema());
      if (misfit.isPresent()) {
        return Optional.of(
            "the default, %s, cannot be measured: %s".formatted(other, misfit.get()));
      }
      var ours = new EvaluationSamples(spec, dataset, version.config().encoder());
      var theirs = new EvaluationSamples(spec, dataset, other.config().encoder());
      if (!ours.modalities().equals(theirs.modalities())
          || !ours.measured().equals(theirs.measured())) {
        return Optional.of("the default, %s, embeds other modalities or samples".formatted(other));
      }
      Object seed = other.lineage().get("seed");
      boolean hasLearntThem =
          dataset.split().isEmpty()
              && evaluation.content().equals(other.lineage().get("dataset_sha256"))
              && seed instanceof Number number
              && number.longValue() != spec.splitSeed();
      return hasLearntThem
          ? Optional.of(
              "the default, %s, was trained on another split of this dataset: train with its seed, %s"
                  .formatted(other, seed))
          : Optional.empty();
    }
  }

  private Map<String, Object> measure(
      Evaluation evaluation, ModelVersion version, SampleEmbedder.Progress progress) {
    EvaluationSpec spec = evaluation.spec();
    if (datasets.content(spec.dataset()).filter(evaluation.content()::equals).isEmpty()) {
      throw new BraidException(
          ProblemKind.NOT_FOUND, "dataset '%s' was replaced or deleted".formatted(spec.dataset()));
    }
    try (var dataset = StoredDataset.open(datasets.folder(evaluation.content()))) {
      return new Measurement(
              spec,
              dataset,
              version.config().encoder(),
              (samples, outputs) -> embeddings.embedInTurn(version, samples, outputs),
              progress)
          .run();
    }
  }
}
