package io.braid.benchmark;

import io.braid.encoder.EncoderTraining;
import io.braid.encoder.InitialWeights;
import io.braid.encoder.Objective;
import io.braid.encoder.Precision;
import io.braid.encoder.TrainingSample;
import io.braid.modality.Sample;
import io.braid.plain.PaddedBatch;
import io.braid.plain.PlainEncoder;
import io.braid.plain.RandomWeights;
import io.braid.torch.Device;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import io.braid.torch.Torch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One training step of the paper's TCGA set-up at modal sparsity 0.4, packed and in plain form,
 * each in a process of its own, in turn: seconds, and the most memory that it took above what the
 * process had before its first step. Plain computes losses and gradients only; Braid also clips and
 * updates.
 */
final class TrainingBenchmark {
  private static final double SPARSITY = 0.4;
  private static final int ROUNDS = 3;

  private static final List<String> FORMS =
      List.of("plain", "fp32", "fp32 and a view", "fp32, micro batches of 2", "bf16");

  private TrainingBenchmark() {}

  /**
   * @param arguments the batch size (8 if there is none), or a form and the batch size
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 2) {
      measure(arguments[0], Integer.parseInt(arguments[1]));
      return;
    }
    int size = arguments.length == 0 ? 8 : Integer.parseInt(arguments[0]);
    var rounds = new ArrayList<List<Measured>>();
    for (int round = 0; round < ROUNDS; round++) {
      var forms = new ArrayList<Measured>();
      for (String form : FORMS) {
        forms.add(child(form, size));
      }
      rounds.add(forms);
    }
    System.out.printf("%nBatch of %d, sparsity %.1f; medians of %d%n%n", size, SPARSITY, ROUNDS);
    System.out.println("| form | s a step | plain / this | GiB above the start | of plain's |");
    System.out.println("|---|---|---|---|---|");
    for (int f = 0; f < FORMS.size(); f++) {
      int form = f;
      double seconds = Median.of(rounds.stream().map(forms -> forms.get(form).seconds()).toList());
      double bytes = Median.of(rounds.stream().map(forms -> forms.get(form).bytes()).toList());
      System.out.printf(
          "| %s | %.2f | %.2f | %.2f | %.2f |%n",
          FORMS.get(form),
          seconds,
          Median.of(rounds.stream().map(forms -> forms.getFirst().seconds()).toList()) / seconds,
          bytes / (1L << 30),
          bytes / Median.of(rounds.stream().map(forms -> forms.getFirst().bytes()).toList()));
    }
  }

  private record Measured(double seconds, double bytes) {}

  private static Measured child(String form, int size) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx1g",
                "-classpath",
                System.getProperty("java.class.path"),
                TrainingBenchmark.class.getName(),
                form,
                Integer.toString(size))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String result =
        output.lines().filter(line -> line.startsWith("measured ")).findFirst().orElse("");
    if (process.waitFor() != 0 || result.isEmpty()) {
      System.out.printf("%s with a batch of %d ended with %d%n", form, size, process.exitValue());
      return new Measured(Double.NaN, Double.NaN);
    }
    System.out.printf("%s: %s%n", form, result);
    String[] numbers = result.split(" ");
    return new Measured(Double.parseDouble(numbers[1]), Double.parseDouble(numbers[2]));
  }

  private static void measure(String form, int size) {
    Torch.keepFreedMemory(); // as a worker does, for both forms
    List<Sample> samples = TcgaBatch.draw(SPARSITY, size).samples();
    Measured measured = form.equals("plain") ? plain(samples) : packed(form, samples);
    System.out.printf("measured %f %f%n", measured.seconds(), measured.bytes());
  }

  private static Measured plain(List<Sample> samples) {
    var plain = PlainEncoder.of(TcgaBatch.CONFIG);
    try (Tensors scope = Tensors.open(Device.CPU)) {
      Map<String, Tensor> weights = new LinkedHashMap<>();
      RandomWeights.of(TcgaBatch.CONFIG, 1)
          .forEach((name, tensor) ->
              weights.put(
                  name,
                  scope.floats(
                      tensor.elements(),
                      tensor.shape().stream().mapToLong(Long::longValue).toArray())));
      var inputs = PaddedBatch.of(TcgaBatch.CONFIG.schema(), samples).tensors(scope);
      return timed(() -> {
        try (Tensors step = Tensors.open(Device.CPU)) {
          plain.gradients(step, weights, inputs);
        }
      });
    }
  }

  private static Measured packed(String form, List<Sample> samples) {
    int views = form.contains("view") ? 1 : 0;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    List<TrainingSample> batch =
        samples.stream()
            .map(
                sample -> new TrainingSample(sample, views == 0 ? List.of() : view(sample, random)))
            .toList();
    try (EncoderTraining training =
        EncoderTraining.start(
            TcgaBatch.CONFIG,
            InitialWeights.of(TcgaBatch.CONFIG, 1),
            List.of(Device.CPU),
            new Objective(views, false, false),
            form.equals("bf16") ? Precision.BF16 : Precision.FP32)) {
      var update = new EncoderTraining.Update(1e-4, 0.01, 2);
      int microBatch = form.contains("micro") ? 2 : samples.size();
      return timed(() -> training.step(batch, microBatch, update));
    }
  }

  private static List<Set<String>> view(Sample sample, RandomGenerator random) {
    List<String> names = List.copyOf(sample.modalities().keySet());
    return names.size() == 1
        ? List.of(Set.of())
        : List.of(Set.of(names.get(random.nextInt(names.size()))));
  }

  /** Seconds of the faster of two steps after a first one, and bytes above the start. */
  private static Measured timed(Runnable step) {
    long pid = ProcessHandle.current().pid();
    long start = ProcessMemory.resident(pid);
    step.run();
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 2; i++) {
      long begin = System.nanoTime();
      step.run();
      best = Math.min(best, (System.nanoTime() - begin) / 1e9);
    }
    return new Measured(best, ProcessMemory.peak(pid) - start);
  }
}
