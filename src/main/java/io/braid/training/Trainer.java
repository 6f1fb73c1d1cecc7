package io.braid.training;

import io.braid.encoder.EncoderConfig;
import io.braid.encoder.EncoderTraining;
import io.braid.encoder.EncoderTraining.Step;
import io.braid.encoder.InitialWeights;
import io.braid.encoder.TrainingSample;
import io.braid.model.ModelConfig;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import io.braid.training.JobFolder.End;
import io.braid.training.JobFolder.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains one encoder: epoch by epoch, from the last checkpoint on, until the epochs are over, the
 * test loss stops falling, or it is told to stop. The version that comes of it has the weights of
 * the epoch with the lowest test loss.
 */
final class Trainer implements AutoCloseable {
  /** What else happens while a run goes on. */
  interface Progress {
    /** Called after each step and each batch of the evaluation. */
    void beat();

    boolean isCancelled();
  }

  private final TrainingSpec spec;
  private final TrainingSamples samples;
  private final EncoderConfig config;
  private final JobEvents events;
  private final Path checkpoints;
  private final Duration betweenCheckpoints;
  private final Progress progress;
  private final EncoderTraining training;
  private final long totalSteps;

  private int epoch;
  private int stepInEpoch;
  private double lossSum;
  private Optional<Checkpoint.Best> best;
  private boolean isCollapsed;

  /**
   * @param checkpoints folder; where it holds a checkpoint the run goes on from it
   * @param betweenCheckpoints time after which one is written inside an epoch
   */
  Trainer(
      TrainingSpec spec,
      TrainingSamples samples,
      EncoderConfig config,
      List<Device> devices,
      JobEvents events,
      Path checkpoints,
      Duration betweenCheckpoints,
      Progress progress) {
    this.spec = spec;
    this.samples = samples.readAs(config.schema());
    this.config = config;
    this.events = events;
    this.checkpoints = checkpoints;
    this.betweenCheckpoints = betweenCheckpoints;
    this.progress = progress;
    this.totalSteps = (long) spec.epochs() * samples.stepsPerEpoch();
    Optional<Checkpoint> from = Checkpoint.latest(checkpoints);
    this.epoch = from.map(Checkpoint::epoch).orElse(0);
    this.stepInEpoch = from.map(Checkpoint::stepInEpoch).orElse(0);
    this.lossSum = from.map(Checkpoint::lossSum).orElse(0.0);
    this.best = from.flatMap(Checkpoint::best);
    this.training = from.map(at -> resume(at, devices)).orElseGet(() -> start(devices));
  }

  private EncoderTraining start(List<Device> devices) {
    events.log(
        "%d samples to train on, %d to test on; %d steps of %d in each of %d epochs"
            .formatted(
                samples.train().size(),
                samples.test().size(),
                samples.stepsPerEpoch(),
                spec.batchSize(),
                spec.epochs()));
    return EncoderTraining.start(
        config,
        InitialWeights.of(config, spec.seed()),
        devices,
        spec.objective(),
        spec.precision());
  }

  private EncoderTraining resume(Checkpoint at, List<Device> devices) {
    events.log("goes on from the checkpoint of step %d".formatted(at.steps()));
    try (Safetensors state = Safetensors.open(Checkpoint.file(checkpoints, at.state()))) {
      return EncoderTraining.resume(
          config, state, at.steps(), devices, spec.objective(), spec.precision());
    }
  }

  /** Trains to the end, or to a checkpoint where it is cancelled. */
  Outcome run(int attempt) {
    while (epoch < spec.epochs() && !isDone()) {
      if (!epoch()) {
        checkpoint();
        events.log("cancelled after step %d; a checkpoint is kept".formatted(training.steps()));
        return new Outcome(
            attempt, End.CANCELLED, Optional.empty(), Map.of(), Optional.empty(), Optional.empty());
      }
      checkpoint();
    }
    Checkpoint.Best chosen =
        best.orElseThrow(() -> new IllegalStateException("no epoch was best; this is a bug"));
    events.log(
        "done; the weights of epoch %d are kept, test loss %.4g%s"
            .formatted(chosen.epoch(), chosen.testLoss(), recall(chosen.metrics())));
    return new Outcome(
        attempt,
        End.SUCCEEDED,
        Optional.empty(),
        chosen.metrics(),
        Optional.of(new ModelConfig(config, Optional.empty()).toJson()),
        Optional.of(Checkpoint.file(checkpoints, chosen.weights()).toString()));
  }

  /** How often the own fusion is among the first ten, and how often by chance. */
  private String recall(Map<String, Object> metrics) {
    return metrics.get("retrieval") instanceof Map<?, ?> retrieval
            && retrieval.get("mean") instanceof Map<?, ?> mean
            && mean.get("recall@10") instanceof Double recall
        ? "; recall@10 from one modality %.3f, by chance %.3f"
            .formatted(
                recall, Math.min(1, 10.0 / Math.min(TestMetrics.MAX_RANKED, samples.test().size())))
        : "";
  }

  private boolean isDone() {
    int bestEpoch = best.map(Checkpoint.Best::epoch).orElse(epoch);
    return spec.patience() > 0 && epoch - bestEpoch >= spec.patience();
  }

  /** Whether the epoch was trained to its end. */
  private boolean epoch() {
    int[] order = samples.order(epoch);
    long lastCheckpoint = System.nanoTime();
    while (stepInEpoch < samples.stepsPerEpoch()) {
      if (progress.isCancelled()) {
        return false;
      }
      step(order);
      if (System.nanoTime() - lastCheckpoint > betweenCheckpoints.toNanos()) {
        checkpoint();
        lastCheckpoint = System.nanoTime();
      }
    }
    double trainLoss = lossSum / samples.stepsPerEpoch();
    epoch++;
    stepInEpoch = 0;
    lossSum = 0;
    evaluate(trainLoss);
    return true;
  }

  private void step(int[] order) {
    long begin = System.nanoTime();
    long number = training.steps();
    List<TrainingSample> batch = samples.batch(order, stepInEpoch, number);
    TrainingSpec.Optimizer optimizer = spec.optimizer();
    double rate =
        optimizer.learningRate()
            * optimizer.schedule().at(number, optimizer.warmupSteps(), totalSteps);
    Step step =
        training.step(
            batch,
            spec.microBatchSize(),
            new EncoderTraining.Update(rate, optimizer.weightDecay(), optimizer.clipNorm()));
    if (!step.isFinite()) {
      throw new UnfitException(
          ("the loss is %s and the gradient's norm %s at step %d; %s. Lower the learning rate (%s),"
                  + " or look for outliers in the data")
              .formatted(step.loss(), step.norm(), number + 1, kept(), optimizer.learningRate()));
    }
    stepInEpoch++;
    lossSum += step.loss();
    var data = new LinkedHashMap<String, Object>();
    data.put("step", training.steps());
    data.put("epoch", epoch + 1);
    data.put("loss", step.loss());
    data.put("learning_rate", rate);
    data.put("grad_norm", step.norm());
    data.put("samples_per_second", batch.size() / ((System.nanoTime() - begin) / 1e9));
    data.put("steps", totalSteps);
    data.put("epochs", spec.epochs());
    events.append("step", data);
    progress.beat();
  }

  private String kept() {
    return Checkpoint.latest(checkpoints).isPresent()
        ? "the last good checkpoint is kept"
        : "there is no checkpoint before it";
  }

  private void evaluate(double trainLoss) {
    TestMetrics test = TestMetrics.of(training, samples, spec, progress::beat);
    if (!Double.isFinite(test.loss())) {
      throw new UnfitException(
          "the test loss is %s after epoch %d, step %d; %s. Lower the learning rate (%s)"
              .formatted(
                  test.loss(), epoch, training.steps(), kept(), spec.optimizer().learningRate()));
    }
    var loss = new LinkedHashMap<String, Object>();
    loss.put("train", trainLoss);
    loss.put("test", test.loss());
    boolean isBest =
        spec.keep() == Keep.LAST || best.map(b -> test.loss() < b.testLoss()).orElse(true);
    var metrics = test.toMap();
    if (isBest) {
      String weights = Checkpoint.writeTensors(checkpoints, training::writeWeights);
      var kept = new LinkedHashMap<String, Object>(metrics);
      kept.put("loss", loss);
      kept.put("epoch", epoch);
      best = Optional.of(new Checkpoint.Best(epoch, test.loss(), kept, weights));
    }
    var data = new LinkedHashMap<String, Object>();
    data.put("epoch", epoch);
    data.put("step", training.steps());
    data.put("train_loss", trainLoss);
    data.put("test_loss", test.loss());
    data.put("best", isBest);
    data.putAll(metrics);
    events.append("epoch", data);
    tellCollapse(test);
  }

  /** Says that all embeddings have become alike, and that they no longer are, once each. */
  private void tellCollapse(TestMetrics test) {
    if (test.isCollapsed() == isCollapsed) {
      return;
    }
    isCollapsed = test.isCollapsed();
    events.log(
        isCollapsed
            ? ("after epoch %d the fusions of all test samples are nearly alike (uniformity %.1e),"
                    + " so that little can be found by them. More epochs may part them; if it"
                    + " stays so, cancel and start again with a lower learning rate (%s) or more"
                    + " warmup_steps")
                .formatted(epoch, test.uniformity().orElse(0), spec.optimizer().learningRate())
            : "after epoch %d the fusions of the test samples differ again".formatted(epoch));
  }

  private void checkpoint() {
    String state = Checkpoint.writeTensors(checkpoints, training::writeState);
    new Checkpoint(epoch, stepInEpoch, training.steps(), lossSum, best, state).write(checkpoints);
  }

  @Override
  public void close() {
    training.close();
  }
}
