package io.braid.training;

import io.braid.encoder.Architecture;
import io.braid.encoder.Objective;
import io.braid.encoder.Precision;
import io.braid.model.NetworkReader.Network;
import java.util.List;
import java.util.Optional;

/**
 * A training run, every default spelt out: what a job asks for and a worker carries out.
 *
 * @param dataset name of the dataset
 * @param model name of the model that gets a new version
 * @param epochs passes over the training split, at least 1
 * @param batchSize samples whose embeddings are contrasted with each other: the effective batch, at
 *     least 2
 * @param microBatchSize samples that are embedded with a graph at once; gradient caching makes it
 *     exact. 0 until it is decided by the memory that is free
 * @param modalSparsity probability with which each modality of each sample is dropped before
 *     training, in [0, 1)
 * @param seed of everything that is drawn
 * @param testFraction samples of the test split where the dataset names none, in (0, 1)
 * @param subsetViews random subsets of each sample's modalities that are contrasted with all of
 *     them, drawn anew each step; 0 is as published
 * @param modalityDropout probability with which a modality of a sample is left out of a step, in
 *     [0, 1)
 * @param devices devices of the pool, all of which the run gets or waits for
 * @param priority higher starts first
 * @param standardize whether values are standardised; empty for the default: tables are, sequences
 *     are not
 * @param negatives what a sample without a modality counts as
 * @param similarity by which embeddings are contrasted
 * @param keep which epoch's weights the version has
 * @param patience epochs without a better test loss after which the run stops; 0 for never
 * @param evaluate labels that evaluations of the version probe; training does without labels
 * @param gate what the version must show to become the default
 */
public record TrainingSpec(
    String dataset,
    String model,
    Architecture architecture,
    Network network,
    Optimizer optimizer,
    int epochs,
    int batchSize,
    int microBatchSize,
    double modalSparsity,
    long seed,
    double testFraction,
    int subsetViews,
    double modalityDropout,
    int devices,
    Precision precision,
    int priority,
    Optional<Boolean> standardize,
    Negatives negatives,
    Similarity similarity,
    Keep keep,
    int patience,
    Evaluate evaluate,
    Optional<Gate> gate) {

  public Objective objective() {
    return new Objective(
        subsetViews, negatives == Negatives.PUBLISHED, similarity == Similarity.COSINE);
  }

  /** Steps of an epoch: a batch of one sample, which contrasts nothing, is left out. */
  public int stepsPerEpoch(int samples) {
    int batches = Math.ceilDiv(samples, batchSize);
    return samples % batchSize == 1 ? Math.max(1, batches - 1) : batches;
  }

  public TrainingSpec withMicroBatch(int samples) {
    return new TrainingSpec(
        dataset,
        model,
        architecture,
        network,
        optimizer,
        epochs,
        batchSize,
        samples,
        modalSparsity,
        seed,
        testFraction,
        subsetViews,
        modalityDropout,
        devices,
        precision,
        priority,
        standardize,
        negatives,
        similarity,
        keep,
        patience,
        evaluate,
        gate);
  }

  public TrainingSpec withWarmup(int steps) {
    var warmed =
        new Optimizer(
            optimizer.learningRate(),
            optimizer.schedule(),
            steps,
            optimizer.weightDecay(),
            optimizer.clipNorm());
    return new TrainingSpec(
        dataset,
        model,
        architecture,
        network,
        warmed,
        epochs,
        batchSize,
        microBatchSize,
        modalSparsity,
        seed,
        testFraction,
        subsetViews,
        modalityDropout,
        devices,
        precision,
        priority,
        standardize,
        negatives,
        similarity,
        keep,
        patience,
        evaluate,
        gate);
  }

  /**
   * @param learningRate the highest one, above 0
   * @param warmupSteps steps over which it rises linearly from 0
   * @param weightDecay of every parameter, as published
   * @param clipNorm largest norm of all gradients together, above 0
   */
  public record Optimizer(
      double learningRate,
      Schedule schedule,
      int warmupSteps,
      double weightDecay,
      double clipNorm) {}

  /** Names of labels. */
  public record Evaluate(List<String> classification, List<String> regression) {
    public static final Evaluate NOTHING = new Evaluate(List.of(), List.of());

    public Evaluate {
      classification = List.copyOf(classification);
      regression = List.copyOf(regression);
    }
  }
}
