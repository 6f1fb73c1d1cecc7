package io.braid.evaluation;

import io.braid.dataset.DatasetService;
import io.braid.dataset.Split;
import io.braid.dataset.StoredDataset;
import io.braid.embedding.EmbeddingService;
import io.braid.modality.IntVector;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.training.Gate;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
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

  /**
   * Measures a version, and holds it to the gate if there is one.
   *
   * @param keep writes down what was found; false where the evaluation was cancelled meanwhile, of
   *     which nothing comes then
   * @return what {@code keep} said
   */
  boolean run(
      Evaluation evaluation,
      SampleEmbedder.Progress progress,
      Predicate<Map<String, Object>> keep) {
    EvaluationSpec spec = evaluation.spec();
    ModelVersion version = models.resolve(spec.model(), Optional.of(spec.version()));
    if (evaluation.job().filter(job -> !job.equals(version.lineage().get("job"))).isPresent()) {
      throw new BraidException(
          ProblemKind.NOT_FOUND, "%s is not the job's any more".formatted(version));
    }
    Map<String, Object> metrics = measure(evaluation, version, progress);
    if (spec.gate().isEmpty()) {
      return keep.test(metrics);
    }
    ModelVersion before = models.resolve(spec.model(), Optional.empty());
    Optional<String> refusal = refusal(evaluation, version, before, metrics, progress);
    return models.whileUnchanged(() -> promote(version, before, refusal, metrics, keep));
  }

  /** Why a version does not pass, beside the present default. */
  private Optional<String> refusal(
      Evaluation evaluation,
      ModelVersion version,
      ModelVersion before,
      Map<String, Object> metrics,
      SampleEmbedder.Progress progress) {
    Gate gate = evaluation.spec().gate().orElseThrow();
    if (hasLearntAny(evaluation, version)) {
      return Optional.of(
          "%s has learnt some of these samples: measure the test split".formatted(version));
    }
    Optional<JsonNode> ofDefault = Optional.empty();
    if (before.version() != version.version() && gate.notWorseThanDefaultBy().isPresent()) {
      Optional<String> unlike = unlike(evaluation, version, before);
      if (unlike.isPresent()) {
        return unlike;
      }
      try {
        ofDefault =
            Optional.of(
                EvaluationRepository.JSON.valueToTree(measure(evaluation, before, progress)));
      } catch (CancellationException e) {
        throw e;
      } catch (RuntimeException e) {
        progress.at(0, 1); // ends here where it is to end, which may be why
        log.warn("the default {} cannot be measured", before, e);
        return Optional.of(cannotBeMeasured(before, String.valueOf(e.getMessage())));
      }
    }
    return gate.refusal(EvaluationRepository.JSON.valueToTree(metrics), ofDefault);
  }

  private static String cannotBeMeasured(ModelVersion before, String why) {
    return "the default, %s, cannot be measured: %s".formatted(before, why);
  }

  /** Keeps the metrics with the verdict and makes the version the default, or does neither. */
  private boolean promote(
      ModelVersion version,
      ModelVersion before,
      Optional<String> refused,
      Map<String, Object> metrics,
      Predicate<Map<String, Object>> keep) {
    int now = models.resolve(version.model(), Optional.empty()).version();
    Optional<String> why =
        refused.isEmpty() && now != before.version()
            ? Optional.of(
                "the default changed from %d to %d meanwhile".formatted(before.version(), now))
            : refused;
    var gate = new LinkedHashMap<String, Object>();
    gate.put("passed", why.isEmpty());
    gate.put("default", why.isEmpty() ? version.version() : now);
    why.ifPresent(text -> gate.put("why", text));
    var all = new LinkedHashMap<>(metrics);
    all.put("gate", gate);
    boolean isKept =
        why.isEmpty()
            ? models.makeDefault(version.model(), version.version(), () -> keep.test(all))
            : keep.test(all);
    if (isKept) {
      log.info(
          "{} {}",
          version,
          why.map("has not passed its gate: "::concat)
              .orElse("is the default now: it has passed its gate"));
    }
    return isKept;
  }

  /** Why two versions cannot be measured on the same samples, none of which either has learnt. */
  private Optional<String> unlike(Evaluation evaluation, ModelVersion version, ModelVersion other) {
    EvaluationSpec spec = evaluation.spec();
    try (var dataset = StoredDataset.open(datasets.folder(evaluation.content()))) {
      Optional<String> misfit = EvaluationReader.misfit(other, dataset.schema());
      if (misfit.isPresent()) {
        return Optional.of(cannotBeMeasured(other, misfit.get()));
      }
      var ours = new EvaluationSamples(spec, dataset, version.config().encoder());
      var theirs = new EvaluationSamples(spec, dataset, other.config().encoder());
      if (!ours.modalities().equals(theirs.modalities())
          || !ours.measured().equals(theirs.measured())) {
        return Optional.of("the default, %s, embeds other modalities or samples".formatted(other));
      }
      return hasLearntAny(other, ours.measured(), evaluation.content(), dataset)
          ? Optional.of(
              "the default, %s, has learnt some of these samples: train with its seed, %s, and its test_fraction, %s, and measure the test split"
                  .formatted(
                      other, other.lineage().get("seed"), other.lineage().get("test_fraction")))
          : Optional.empty();
    }
  }

  private boolean hasLearntAny(Evaluation evaluation, ModelVersion version) {
    try (var dataset = StoredDataset.open(datasets.folder(evaluation.content()))) {
      var samples = new EvaluationSamples(evaluation.spec(), dataset, version.config().encoder());
      return hasLearntAny(version, samples.measured(), evaluation.content(), dataset);
    }
  }

  /** Whether a version was trained on some of these samples of a dataset, by its lineage. */
  private static boolean hasLearntAny(
      ModelVersion version, IntVector samples, String content, StoredDataset dataset) {
    Map<String, Object> lineage = version.lineage();
    if (!content.equals(lineage.get("dataset_sha256"))
        || !(lineage.get("seed") instanceof Number seed)
        || !(lineage.get("test_fraction") instanceof Number fraction)) {
      return false;
    }
    var learnt = new BitSet();
    Split.of(dataset, fraction.doubleValue(), seed.longValue()).train().stream()
        .forEach(learnt::set);
    return samples.stream().anyMatch(learnt::get);
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
