package io.braid.job;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * The request as the contract shows it: {@link JobSpecReader} reads it, nothing is bound to this.
 */
@JsonNaming(SnakeCaseStrategy.class)
@Schema(
    name = "TrainingRequest",
    description = "What to train. Everything but dataset and model has a default.")
record TrainingRequestDoc(
    @Schema(description = "Name of the dataset", example = "demo") String dataset,
    @Schema(description = "Model that gets a new version", example = "mine") String model,
    @Schema(
            allowableValues = {"default", "published"},
            description = "published: the paper's values to the letter",
            defaultValue = "default")
        @Nullable String recipe,
    @Schema(
            allowableValues = {"mca", "zorro", "eao"},
            defaultValue = "mca")
        @Nullable String architecture,
    @Nullable NetworkDoc network,
    @Nullable OptimizerDoc optimizer,
    @Schema(defaultValue = "128", minimum = "1", maximum = "1000000") @Nullable Integer epochs,
    @Schema(
            description = "Samples that are contrasted with each other",
            defaultValue = "32",
            minimum = "2",
            maximum = "65536")
        @Nullable Integer batchSize,
    @Schema(
            description =
                "Samples with a graph of gradients at once; what fits the memory by default",
            minimum = "1")
        @Nullable Integer microBatchSize,
    @Schema(
            description = "Share of the modalities that is dropped before training",
            defaultValue = "0",
            minimum = "0",
            maximum = "0.99")
        @Nullable Double modalSparsity,
    @Schema(defaultValue = "43") @Nullable Long seed,
    @Schema(
            description =
                "Share of the samples to test on, where the labels give no split; by default 0.15",
            minimum = "0.001",
            maximum = "0.9")
        @Nullable Double testFraction,
    @Schema(
            description = "Random subsets of each sample contrasted with all of it",
            defaultValue = "1",
            minimum = "0",
            maximum = "64")
        @Nullable Integer subsetViews,
    @Schema(
            description = "Share of the modalities that is left out of a step",
            defaultValue = "0",
            minimum = "0",
            maximum = "0.95")
        @Nullable Double modalityDropout,
    @Schema(description = "Slots of the pool, all at once", defaultValue = "1", minimum = "1")
        @Nullable Integer devices,
    @Schema(
            allowableValues = {"fp32", "bf16"},
            defaultValue = "fp32")
        @Nullable String precision,
    @Schema(description = "Higher starts first", defaultValue = "0") @Nullable Integer priority,
    @Schema(description = "Values to mean 0 and deviation 1; by default those of tables")
        @Nullable Boolean standardize,
    @Schema(
            allowableValues = {"present", "published"},
            description = "What a sample without a modality counts as",
            defaultValue = "present")
        @Nullable String negatives,
    @Schema(
            allowableValues = {"product", "cosine"},
            description = "By what embeddings are contrasted; they are searched by the cosine",
            defaultValue = "product")
        @Nullable String similarity,
    @Schema(
            allowableValues = {"best", "last"},
            description =
                "Which epoch's weights the version has: those of the lowest test loss, or the last",
            defaultValue = "best")
        @Nullable String keep,
    @Schema(
            description = "Epochs without a lower test loss after which it stops; 0 is never",
            defaultValue = "0")
        @Nullable Integer patience,
    @Schema(description = "Labels that evaluations of the version probe")
        @Nullable EvaluateDoc evaluate,
    @Schema(description = "What the version must show to become the model's default")
        @Nullable GateDoc gate) {

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Gate", description = "At least one bound")
  public record GateDoc(
      @Schema(
              description =
                  "recall@1, recall@5, recall@10, median_rank, uniformity, alignment, or of a probe"
                      + " label:aupr and the like",
              example = "recall@10")
          String metric,
      @Schema(
              description = "A modality; by default mean, or fusion of uniformity",
              example = "mean")
          @Nullable String modality,
      @Schema(example = "0.5") @Nullable Double atLeast,
      @Nullable Double atMost,
      @Schema(
              description = "How much worse than the default's number, on the same samples",
              example = "0.01")
          @Nullable Double notWorseThanDefaultBy) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "TrainingNetwork", description = "The encoder's shape; by default the paper's")
  record NetworkDoc(
      @Schema(defaultValue = "512") @Nullable Integer embeddingDim,
      @Schema(defaultValue = "5") @Nullable Integer layers,
      @Schema(defaultValue = "8") @Nullable Integer heads,
      @Schema(defaultValue = "64") @Nullable Integer headDim,
      @Schema(defaultValue = "4") @Nullable Integer feedForwardMultiplier,
      @Schema(description = "In all, a multiple of the channels; by default 8 for each")
          @Nullable Integer fusionTokens,
      @Schema(description = "Sizes of the channels of mca; by default from all modalities to 2")
          @Nullable List<Integer> channels) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "TrainingOptimizer", description = "AdamW; by default the paper's")
  record OptimizerDoc(
      @Schema(description = "By default 0.0001") @Nullable Double learningRate,
      @Schema(
              allowableValues = {"cosine", "linear", "constant"},
              defaultValue = "cosine")
          @Nullable String schedule,
      @Schema(description = "By default 2000, a tenth of the run at most")
          @Nullable Integer warmupSteps,
      @Schema(description = "By default 0.01", minimum = "0", maximum = "1")
          @Nullable Double weightDecay,
      @Schema(defaultValue = "2") @Nullable Double clipNorm) {}

  @Schema(name = "TrainingProbes", description = "Names of labels")
  record EvaluateDoc(@Nullable List<String> classification, @Nullable List<String> regression) {}
}
