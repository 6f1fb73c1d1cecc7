package io.braid.benchmark;

import io.braid.encoder.Embedding;
import io.braid.encoder.Encoder;
import io.braid.encoder.Output;
import io.braid.encoder.Precision;
import io.braid.plain.PaddedBatch;
import io.braid.plain.PlainEncoder;
import io.braid.plain.RandomWeights;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import io.braid.torch.SourceModule;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Seconds to embed a batch of four samples of the paper's TCGA set-up: the published algorithm in
 * plain form, ours in float32 and bfloat16, and beside them the rate of a bare matrix product, all
 * with the same libtorch and its default number of threads.
 *
 * <p>Ours includes packing and reading the answer; plain starts with its inputs on the device. Ours
 * multiplies by oneDNN on the CPU, plain by torch.linear: where those two differ, and the products
 * timed beside them say by how much, part of the ratio is not the algorithm's.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
    value = 1,
    jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-Xmx2g"})
public class EncoderBenchmark {
  private static final long WEIGHTS_SEED = 1;

  private static Safetensors checkpoint() {
    try {
      Path file = Files.createTempFile("braid-benchmark", ".safetensors");
      file.toFile().deleteOnExit();
      return RandomWeights.write(TcgaBatch.CONFIG, WEIGHTS_SEED, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The published algorithm on a padded batch. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init")
  public static class Plain {
    @Param({"0", "0.2", "0.4", "0.6", "0.8"})
    public double sparsity;

    private PlainEncoder encoder;
    private Tensors scope;
    private Map<String, Tensor> weights;
    private Map<String, Tensor> inputs;

    @Setup
    public void open() {
      encoder = PlainEncoder.of(TcgaBatch.CONFIG);
      scope = Tensors.open(Device.CPU);
      try (Safetensors checkpoint = checkpoint()) {
        weights = PlainEncoder.weights(checkpoint, scope);
      }
      var samples = TcgaBatch.draw(sparsity).samples();
      inputs = PaddedBatch.of(TcgaBatch.CONFIG.schema(), samples).tensors(scope);
    }

    @TearDown
    public void close() {
      scope.close();
    }
  }

  /** The product's encoder. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init")
  public static class Ours {
    @Param({"0", "0.2", "0.4", "0.6", "0.8"})
    public double sparsity;

    @Param({"FP32", "BF16"})
    public Precision precision;

    /** The fusion alone, as a request has it by default, or every embedding. */
    @Param({"fusion", "all"})
    public String outputs;

    private Encoder encoder;
    private TcgaBatch batch;

    @Setup
    public void open() {
      try (Safetensors checkpoint = checkpoint()) {
        encoder = Encoder.load(TcgaBatch.CONFIG, checkpoint, Device.CPU, precision);
      }
      batch = TcgaBatch.draw(sparsity);
    }

    @TearDown
    public void close() {
      encoder.close();
    }
  }

  /** A float32 product of the feed-forward's shape, for every token of a complete batch. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init")
  public static class Product {
    static final int ROWS = TcgaBatch.SIZE * TcgaBatch.CONFIG.schema().maxTokens();
    static final int IN = TcgaBatch.CONFIG.embeddingDim();
    static final int OUT = 2 * TcgaBatch.CONFIG.feedForwardDim();
    private static final int REPEATS = 4;

    private static final String SOURCE =
        """
        class Gemm(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def linear(self: __torch__.gemm.Gemm, a: Dict[str, Tensor]) -> Dict[str, Tensor]:
            return {"y": torch.linear(a["x"], a["w"])}
          def onednn(self: __torch__.gemm.Gemm, a: Dict[str, Tensor]) -> Dict[str, Tensor]:
            none = annotate(List[Optional[number]], [])
            return {"y": ops.mkldnn._linear_pointwise(a["x"], a["w"], None, "none", none, None)}
        """;

    @Param({"linear", "onednn"})
    public String form;

    private SourceModule module;
    private Tensors scope;
    private List<Map<String, Tensor>> factors;

    @Setup(Level.Trial)
    public void open() {
      module = SourceModule.compile("gemm.Gemm", Map.of("gemm", SOURCE));
      scope = Tensors.open(Device.CPU);
      factors = List.of(Map.of("x", ones(ROWS, IN), "w", ones(OUT, IN)));
    }

    private Tensor ones(int rows, int columns) {
      var elements = new float[rows * columns];
      Arrays.fill(elements, 1);
      return scope.floats(elements, rows, columns);
    }

    static double flops() {
      return 2.0 * REPEATS * ROWS * IN * OUT;
    }

    @TearDown
    public void close() {
      scope.close();
    }
  }

  @Benchmark
  public Map<String, Tensor> plain(Plain plain) {
    try (Tensors scope = Tensors.open(Device.CPU)) {
      return plain.encoder.embed(scope, plain.weights, plain.inputs);
    }
  }

  @Benchmark
  @Measurement(iterations = 5)
  public List<Embedding> ours(Ours ours) {
    var outputs =
        ours.outputs.equals("all") ? EnumSet.allOf(Output.class) : EnumSet.of(Output.FUSION);
    return ours.encoder.encode(ours.batch.samples(), outputs);
  }

  @Benchmark
  @Warmup(iterations = 2)
  @Measurement(iterations = 5)
  public void product(Product product) {
    for (int i = 0; i < Product.REPEATS; i++) {
      try (Tensors scope = Tensors.open(Device.CPU)) {
        product.module.call(scope, product.form, product.factors);
      }
    }
  }

  public static void main(String[] arguments) throws RunnerException {
    var options = new OptionsBuilder().include(EncoderBenchmark.class.getName()).build();
    var system = ManagementFactory.getOperatingSystemMXBean();
    double before = system.getSystemLoadAverage();
    var results = new Runner(options).run();
    String load =
        "%s, %d cores, load average %.1f before and %.1f after"
            .formatted(
                LocalDate.now(ZoneId.systemDefault()),
                system.getAvailableProcessors(),
                before,
                system.getSystemLoadAverage());
    System.out.println(new EncoderTable(results, load));
  }
}
