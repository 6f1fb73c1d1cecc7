package io.braid.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** What the endpoints of jobs, sweeps and workers write. */
interface JobApi {
  String EXAMPLE =
      """
      {"dataset": "demo", "model": "mine", "architecture": "mca",
       "network": {"embedding_dim": 32, "layers": 1, "heads": 4, "head_dim": 8, "fusion_tokens": 22},
       "optimizer": {"learning_rate": 0.001, "schedule": "cosine"},
       "epochs": 3, "batch_size": 32, "modal_sparsity": 0.2, "seed": 43, "subset_views": 1}\
      """;

  String SWEEP_EXAMPLE =
      """
      {"base": {"dataset": "demo", "model": "swept", "epochs": 1,
         "network": {"embedding_dim": 16, "layers": 1, "heads": 2, "head_dim": 8}},
       "grid": {"architecture": ["mca", "zorro"], "modal_sparsity": [0.0, 0.4]}}\
      """;

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "TrainingJobs", description = "One page of jobs, the newest first")
  record Jobs(
      List<Body> items,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Give it as cursor to get the next page; null on the last one")
          @Nullable String nextCursor) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "TrainingJob", description = "A training run that was asked for")
  record Body(
      @Schema(example = "job-k3m9x2p7qa") String id,
      @Schema(
              example = "running",
              allowableValues = {"queued", "running", "succeeded", "failed", "cancelled"})
          String state,
      ProgressBody progress,
      @Schema(description = "Jobs before it, and itself; null where it does not wait")
          @JsonInclude(JsonInclude.Include.ALWAYS)
          @Nullable Integer queuePosition,
      @Schema(
              description =
                  "Of the chosen weights on the test split; before, of the last epoch. median_rank"
                      + " is 0 at best")
          Map<String, Object> metrics,
      @Schema(example = "demo") String dataset,
      @Schema(example = "mine") String model,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Of the model, once it has one")
          @Nullable Integer version,
      @Schema(description = "Worker processes that were started for it", example = "1")
          int attempts,
      @Schema(description = "Slots that it holds") List<String> devices,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Why it failed, and what to do")
          @Nullable String failure,
      Instant createdAt,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant startedAt,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant endedAt,
      @Schema(description = "That it is a cell of") @Nullable String sweep,
      @Schema(description = "What that cell changes of the sweep's base")
          @Nullable Map<String, Object> cell,
      @Schema(
              description = "What is trained, every default spelt out",
              implementation = TrainingRequestDoc.class)
          Object spec) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "TrainingProgress")
  record ProgressBody(
      @Schema(description = "Epoch that is trained, from 1", example = "2") int epoch,
      @Schema(example = "3") int epochs,
      @Schema(description = "Steps that are done", example = "14") long step,
      @Schema(description = "Steps of the whole run", example = "33") long steps,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Of the last step", example = "2.71")
          @Nullable Double loss,
      @Schema(example = "210.5") double samplesPerSecond,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Until the end, at the speed of the last steps")
          @Nullable Double etaSeconds) {}

  @Schema(name = "TrainingHistory", description = "What each step and epoch measured")
  record History(List<Map<String, Object>> steps, List<Map<String, Object>> epochs) {}

  /** The request for a sweep as the contract shows it: {@link Grid} reads it. */
  @Schema(name = "SweepRequest", description = "A job for each combination of the grid's values")
  record SweepRequestDoc(
      TrainingRequestDoc base,
      @Schema(
              description = "By field of a job, dots between levels, the values that it takes",
              example = "{\"network.layers\": [1, 2], \"modal_sparsity\": [0, 0.4]}")
          Map<String, List<Object>> grid) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Sweep", description = "A job for each cell of a grid")
  record SweepBody(
      @Schema(example = "sweep-k3m9x2p7qa") String id,
      @Schema(description = "running until every job has ended", example = "running") String state,
      Instant createdAt,
      List<Body> jobs) {}

  @Schema(name = "Workers", description = "Every slot, and what holds it")
  record Workers(
      List<WorkerBody> items,
      @Schema(description = "Jobs that wait, in the order in which they start")
          List<String> queue) {}

  @Schema(name = "Worker")
  record WorkerBody(
      @Schema(example = "cpu-0") String slot,
      @Schema(example = "cpu") String device,
      @Schema(description = "free or busy", example = "busy") String state,
      @Schema(description = "The job that holds it") @Nullable String job,
      MemoryBody memory) {}

  @Schema(name = "WorkerMemory", description = "Bytes of the device")
  record MemoryBody(
      @Schema(
              description = "Of a slot of a cluster, 0 where it is held or its memory is not known",
              example = "8589934592")
          long free) {}
}
