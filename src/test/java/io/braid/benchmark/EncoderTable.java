package io.braid.benchmark;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.RunResult;

/** The results of {@link EncoderBenchmark} as one table, in Markdown. */
final class EncoderTable {
  private static final List<String> SPARSITIES = List.of("0", "0.2", "0.4", "0.6", "0.8");

  /** Seconds of a call, by {@code plain 0.2}, {@code FP32 0.2}, {@code linear}. */
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  EncoderTable(Collection<RunResult> results) {
    for (RunResult result : results) {
      var parameters = result.getParams();
      String form =
          Objects.requireNonNullElse(
              parameters.getParam("precision"), result.getPrimaryResult().getLabel());
      String key =
          form.equals("product")
              ? parameters.getParam("form")
              : form + " " + parameters.getParam("sparsity");
      seconds.put(key, result.getPrimaryResult().getStatistics().getMin());
    }
  }

  @Override
  public String toString() {
    double linear = EncoderBenchmark.Product.flops() / at("linear") / 1e9;
    double onednn = EncoderBenchmark.Product.flops() / at("onednn") / 1e9;
    var text = new StringBuilder();
    text.append(
        "Best of the measured iterations. Matrix product [%d,%d]x[%d,%d], float32: %.0f GFLOP/s by torch.linear, %.0f by oneDNN.%n%n"
            .formatted(
                EncoderBenchmark.Product.ROWS,
                EncoderBenchmark.Product.IN,
                EncoderBenchmark.Product.IN,
                EncoderBenchmark.Product.OUT,
                linear,
                onednn));
    text.append(
        "| sparsity | seed | present | GFLOP a sample | form | s a sample | plain / this | GFLOP/s | of linear | of oneDNN | time / time at 0 |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (String sparsity : SPARSITIES) {
      TcgaBatch batch = TcgaBatch.draw(Double.parseDouble(sparsity));
      for (String form : List.of("plain", "FP32", "BF16")) {
        double time = at(form + " " + sparsity);
        double rate = batch.flops() / time / 1e9;
        text.append(
            "| %s | %d | %.3f | %.1f | %s | %.3f | %.2f | %.0f | %.2f | %.2f | %.3f |%n"
                .formatted(
                    sparsity,
                    batch.seed(),
                    batch.present(),
                    batch.flops() / TcgaBatch.SIZE / 1e9,
                    form,
                    time / TcgaBatch.SIZE,
                    at("plain " + sparsity) / time,
                    rate,
                    rate / linear,
                    rate / onednn,
                    time / at(form + " 0")));
      }
    }
    return text.toString();
  }

  private double at(String key) {
    return Objects.requireNonNull(seconds.get(key), key);
  }
}
