package io.braid.benchmark;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.EncoderTraining;
import io.braid.encoder.InitialWeights;
import io.braid.encoder.Objective;
import io.braid.encoder.Precision;
import io.braid.encoder.RandomSamples;
import io.braid.encoder.TrainingSample;
import io.braid.job.MemoryEstimate;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.torch.Device;
import io.braid.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The estimate of what a run takes of memory, beside the most that two steps took above what the
 * process had before them; each set-up in a process of its own, with complete samples.
 */
final class MemoryBenchmark {
  private enum Variant {
    FP32,
    BF16,
    SEQUENCES,
    PADDED;

    Precision precision() {
      return this == BF16 ? Precision.BF16 : Precision.FP32;
    }
  }

  /**
   * @param columns tokens of each modality: tables, or sequences of six features
   * @param channels sizes of the channels
   */
  private record Setup(
      Architecture architecture,
      int dim,
      int layers,
      List<Integer> channels,
      int fusionTokens,
      int batch,
      List<Integer> columns,
      Variant variant) {
    EncoderConfig config() {
      var modalities = new ArrayList<Modality>();
      for (int tokens : columns) {
        String name = "m" + modalities.size();
        modalities.add(
            variant == Variant.SEQUENCES
                ? new Modality.Sequence(name, 6, tokens)
                : new Modality.Tabular(name, Modality.unnamed(tokens), 100));
      }
      return new EncoderConfig(
          architecture,
          dim,
          layers,
          HEADS,
          dim / HEADS,
          4,
          fusionTokens,
          channels,
          new ModalitySchema(modalities));
    }

    Objective objective() {
      return new Objective(0, variant == Variant.PADDED, false);
    }

    @Override
    public String toString() {
      return "| %s | %s | %d | %d | %s | %d |"
          .formatted(architecture, variant, dim, layers, columns, batch)
          .toLowerCase(Locale.ROOT);
    }
  }

  private static final int HEADS = 4;
  private static final List<Integer> FOUR = List.of(4, 3, 2);
  private static final List<Integer> MFEAT = List.of(76, 216, 64, 240, 47, 6);

  private static final List<Setup> SETUPS =
      List.of(
          new Setup(Architecture.MCA, 32, 1, FOUR, 11, 1024, List.of(4, 4, 4, 4), Variant.FP32),
          new Setup(Architecture.MCA, 32, 2, FOUR, 11, 32, List.of(64, 32, 48, 20), Variant.FP32),
          new Setup(Architecture.MCA, 64, 2, List.of(6, 5, 4, 3, 2), 57, 16, MFEAT, Variant.FP32),
          new Setup(Architecture.ZORRO, 64, 2, List.of(6), 32, 16, MFEAT, Variant.FP32),
          new Setup(Architecture.EAO, 64, 2, List.of(6, 5, 4, 3, 2), 0, 8, MFEAT, Variant.FP32),
          new Setup(
              Architecture.EAO, 64, 2, FOUR, 0, 16, List.of(100, 100, 100, 100), Variant.FP32),
          new Setup(
              Architecture.MCA, 128, 4, FOUR, 88, 16, List.of(200, 200, 200, 200), Variant.FP32),
          new Setup(
              Architecture.MCA, 256, 4, FOUR, 88, 8, List.of(200, 200, 200, 200), Variant.FP32),
          new Setup(
              Architecture.MCA, 256, 4, FOUR, 88, 8, List.of(200, 200, 200, 200), Variant.BF16),
          new Setup(
              Architecture.MCA, 128, 4, List.of(2), 4, 16, List.of(400, 400), Variant.SEQUENCES),
          new Setup(
              Architecture.MCA, 512, 5, FOUR, 88, 4, List.of(800, 198, 800, 662), Variant.FP32),
          new Setup(
              Architecture.MCA, 512, 5, FOUR, 88, 4, List.of(800, 198, 800, 662), Variant.BF16),
          new Setup(
              Architecture.MCA, 64, 2, FOUR, 11, 32, List.of(100, 100, 100, 100), Variant.PADDED),
          new Setup(
              Architecture.ZORRO,
              64,
              2,
              List.of(4),
              11,
              32,
              List.of(100, 100, 100, 100),
              Variant.PADDED));

  private MemoryBenchmark() {}

  /**
   * @param arguments none, or the place of the set-up that this process measures
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1) {
      measure(SETUPS.get(Integer.parseInt(arguments[0])));
      return;
    }
    System.out.println(
        "| encoder | | width | layers | tokens | batch | estimate, MB | measured, MB | ratio |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (int i = 0; i < SETUPS.size(); i++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-Xmx1g",
                  "-classpath",
                  System.getProperty("java.class.path"),
                  MemoryBenchmark.class.getName(),
                  Integer.toString(i))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process
          .inputReader()
          .lines()
          .filter(line -> line.startsWith("|"))
          .forEach(System.out::println);
    }
  }

  private static void measure(Setup setup) {
    Torch.keepFreedMemory(); // as a worker does
    EncoderConfig config = setup.config();
    var random = new RandomSamples(config.schema(), 1);
    List<TrainingSample> batch =
        Stream.generate(() -> new TrainingSample(random.complete(), List.of()))
            .limit(setup.batch())
            .toList();
    long pid = ProcessHandle.current().pid();
    try (EncoderTraining training =
        EncoderTraining.start(
            config,
            InitialWeights.of(config, 1),
            List.of(Device.CPU),
            setup.objective(),
            setup.variant().precision())) {
      long before = ProcessMemory.resident(pid);
      var update = new EncoderTraining.Update(1e-4, 0.01, 2);
      training.step(batch, setup.batch(), update);
      training.step(batch, setup.batch(), update);
      double measured = (ProcessMemory.peak(pid) - before) / 1e6;
      double estimate =
          MemoryEstimate.of(config, setup.objective(), setup.variant().precision(), setup.batch())
                  .bytes(setup.batch())
              / 1e6;
      System.out.printf(
          "%s %.0f | %.0f | %.2f |%n", setup, estimate, measured, estimate / measured);
    }
  }
}
