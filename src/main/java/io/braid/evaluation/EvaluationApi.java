package io.braid.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** The JSON of evaluations. The request is read field by field, never bound to its record here. */
interface EvaluationApi {
  String EXAMPLE =
      """
      {"model": "demo", "dataset": "demo", "split": "test", "classification": ["group"],
       "regression": ["age"], "subsets": true}\
      """;

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "EvaluationRequest")
  record RequestDoc(
      @Schema(example = "demo") String model,
      @Schema(description = "The model's default unless given", example = "1")
          @Nullable Integer version,
      @Schema(example = "demo") String dataset,
      @Schema(
              description = "Samples that are queries and candidates",
              allowableValues = {"test", "train", "all"},
              defaultValue = "test")
          @Nullable String split,
      @Schema(
              description =
                  "Of a dataset that gives no split; that of the version's training where it was on"
                      + " this dataset, else 0.15 unless given",
              example = "0.15")
          @Nullable Double testFraction,
      @Schema(
              description = "Probability that a modality of a sample is dropped before",
              defaultValue = "0")
          @Nullable Double modalSparsity,
      @Schema(
              description =
                  "Of what is dropped, and of the split of a dataset that the version was not"
                      + " trained on; that of the version's training unless given, else 43",
              example = "43")
          @Nullable Long seed,
      @Schema(description = "Labels of the dataset that are probed", example = "[\"group\"]")
          @Nullable List<String> classification,
      @Schema(description = "The same, of numbers", example = "[\"age\"]")
          @Nullable List<String> regression,
      @Schema(
              description = "Measure every subset of modalities, and what each is worth",
              defaultValue = "false")
          @Nullable Boolean subsets,
      @Schema(ref = "#/components/schemas/Gate") @Nullable Object gate) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Evaluation")
  record Body(
      @Schema(example = "evaluation-k3m9x2p7qa") String id,
      @Schema(allowableValues = {"queued", "running", "succeeded", "failed", "cancelled"})
          String state,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(description = "While it runs")
          @Nullable ProgressBody progress,
      @Schema(
              description =
                  "Once it has succeeded: `retrieval`, `uniformity`, `uniformity_plain`,"
                      + " `alignment`, `probes`, `subsets`, `worth`, `gate`")
          Map<String, Object> metrics,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Schema(description = "Why it failed, if it did")
          @Nullable String failure,
      @Schema(description = "What is measured, every default spelt out") RequestDoc spec,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(description = "The training job whose version it measures by itself")
          @Nullable String job,
      Instant createdAt,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant startedAt,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant endedAt) {

    static Body of(Evaluation evaluation, Evaluations.Progress progress) {
      EvaluationSpec spec = evaluation.spec();
      return new Body(
          evaluation.id(),
          evaluation.state().toString(),
          evaluation.state() == Evaluation.State.RUNNING
              ? new ProgressBody(progress.done(), progress.total())
              : null,
          evaluation.metrics(),
          evaluation.failure().orElse(null),
          new RequestDoc(
              spec.model(),
              spec.version(),
              spec.dataset(),
              spec.split().toString(),
              spec.testFraction(),
              spec.modalSparsity(),
              spec.seed(),
              spec.classification(),
              spec.regression(),
              spec.subsets(),
              spec.gate().map(EvaluationRepository.JSON::valueToTree).orElse(null)),
          evaluation.job().orElse(null),
          evaluation.createdAt(),
          evaluation.startedAt().orElse(null),
          evaluation.endedAt().orElse(null));
    }
  }

  @Schema(name = "EvaluationProgress")
  record ProgressBody(
      @Schema(description = "Samples embedded so far", example = "256") long done,
      @Schema(description = "Samples to embed; one counts again for each subset", example = "900")
          long total) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Evaluations", description = "One page, the newest first")
  record ListBody(
      List<Body> items,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Give it as cursor to get the next page; null on the last one")
          @Nullable String nextCursor) {}
}
