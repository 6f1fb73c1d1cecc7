package io.braid.benchmark;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * The results of {@link EncoderBenchmark} as one table, in Markdown: medians, with the fastest and
 * the slowest call beside them. Plain does the same work at every sparsity, so the differences
 * between its rows are the noise of the machine.
 */
final class EncoderTable {
  private static final List<String> SPARSITIES = List.of("0", "0.2", "0.4", "0.6", "0.8");

  /** Seconds of the calls, by {@code plain 0.2}, {@code FP32 0.2}, {@code linear}. */
  private final Map<String, Statistics> seconds = new LinkedHashMap<>();

  private final String load;

  EncoderTable(Collection<RunResult> results, String load) {
    this.load = load;
    for (RunResult result : results) {
      var parameters = result.getParams();
      String form =
          Objects.requireNonNullElse(
              parameters.getParam("precision"), result.getPrimaryResult().getLabel());
      String key =
          form.equals("product")
              ? parameters.getParam("form")
              : form
                  + (parameters.getParam("outputs") == null
                      ? ""
                      : " " + parameters.getParam("outputs"))
                  + " "
                  + parameters.getParam("sparsity");
      seconds.put(key, result.getPrimaryResult().getStatistics());
    }
  }

  @Override
  public String toString() {
    double linear = EncoderBenchmark.Product.flops() / median("linear") / 1e9;
    double onednn = EncoderBenchmark.Product.flops() / median("onednn") / 1e9;
    var text = new StringBuilder();
    text.append(
        """
        Medians. %s. Matrix product [%d,%d]x[%d,%d], float32: %.0f GFLOP/s by torch.linear, %.0f by oneDNN.

        | sparsity | seed | present | GFLOP a sample | form | s a sample | fastest to slowest \
        | plain / this | GFLOP/s | of linear | of oneDNN | time / time at 0 |
        |---|---|---|---|---|---|---|---|---|---|---|---|
        """
            .formatted(
                load,
                EncoderBenchmark.Product.ROWS,
                EncoderBenchmark.Product.IN,
                EncoderBenchmark.Product.IN,
                EncoderBenchmark.Product.OUT,
                linear,
                onednn));
    for (String sparsity : SPARSITIES) {
      TcgaBatch batch = TcgaBatch.draw(Double.parseDouble(sparsity));
      for (String form : List.of("plain", "FP32 fusion", "BF16 fusion", "FP32 all", "BF16 all")) {
        Statistics calls = at(form + " " + sparsity);
        double time = calls.getPercentile(50);
        double flops = form.endsWith("fusion") ? batch.flopsOfFusion() : batch.flops();
        double rate = flops / time / 1e9;
        text.append(
            "| %s | %d | %.3f | %.1f | %s | %.3f | %.3f to %.3f | %.2f | %.0f | %.2f | %.2f | %.3f |%n"
                .formatted(
                    sparsity,
                    batch.seed(),
                    batch.present(),
                    flops / TcgaBatch.SIZE / 1e9,
                    form,
                    time / TcgaBatch.SIZE,
                    calls.getMin() / TcgaBatch.SIZE,
                    calls.getMax() / TcgaBatch.SIZE,
                    median("plain " + sparsity) / time,
                    rate,
                    rate / linear,
                    rate / onednn,
                    time / median(form + " 0")));
      }
    }
    return text.toString();
  }

  private double median(String key) {
    return at(key).getPercentile(50);
  }

  private Statistics at(String key) {
    return Objects.requireNonNull(seconds.get(key), key);
  }
}
