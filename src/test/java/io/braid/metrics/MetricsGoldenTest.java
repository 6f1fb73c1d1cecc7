package io.braid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.modality.IntVector;
import io.braid.torch.Safetensors;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the published code's metrics are, section 9 of the README beside the golden cases. */
class MetricsGoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/metrics");
  private static final JsonNode EXPECTED =
      new JsonMapper().readTree(FOLDER.resolve("expected.json").toFile());

  private final Safetensors inputs = Safetensors.open(FOLDER.resolve("inputs.safetensors"));
  private final Embeddings source = embeddings("rep.source");
  private final Embeddings target = embeddings("rep.target");

  private final IntVector all = IntVector.range(source.rows());

  /** All rows, and those with mask 1. */
  private final Map<String, IntVector> rows = Map.of("all", all, "masked", masked());

  private Embeddings embeddings(String name) {
    var elements = new float[inputs.floats(name).remaining()];
    inputs.floats(name).get(elements);
    return Embeddings.of(16, elements);
  }

  private IntVector masked() {
    LongBuffer mask = inputs.longs("rep.mask");
    return IntVector.of(
        IntStream.range(0, mask.remaining()).filter(i -> mask.get(i) == 1).toArray());
  }

  @Test
  void alignmentAndUniformityAreThoseOfThePublishedCode() {
    var actual = new LinkedHashMap<String, Double>();
    rows.forEach((which, chosen) -> {
      Embeddings x = source.select(chosen);
      Embeddings y = target.select(chosen);
      measure(actual, which, "raw", x, y);
      measure(actual, which, "norm", x.unit(), y.unit());
    });
    JsonNode expected = EXPECTED.path("representation");
    assertThat(actual.keySet()).hasSize(20).containsAll(expected.propertyNames());
    actual.forEach((name, value) -> {
      double golden = expected.path(name).doubleValue();
      // The rows at unit length are float32.
      double tolerance = name.endsWith("norm") ? 1e-6 : 1e-12;
      assertThat(value).as(name).isCloseTo(golden, within(tolerance * Math.abs(golden)));
    });
  }

  private static void measure(
      Map<String, Double> into, String which, String how, Embeddings x, Embeddings y) {
    into.put(which + ".alignment." + how, Representation.alignment(x, y));
    into.put(which + ".uniformity_log.source." + how, Representation.uniformity(x));
    into.put(which + ".uniformity_log.target." + how, Representation.uniformity(y));
    into.put(which + ".uniformity_paper.source." + how, Representation.uniformityPaper(x));
    into.put(which + ".uniformity_paper.target." + how, Representation.uniformityPaper(y));
  }

  @Test
  void ranksAreThoseOfThePublishedCode() {
    LongBuffer expected = inputs.longs("rep.ranks");
    assertThat(Ranking.ranks(source, target, all).stream())
        .containsExactlyElementsOf(
            IntStream.range(0, 48).mapToObj(i -> (int) expected.get(i)).toList());
  }

  @Test
  void rankingsAreThoseOfThePublishedCode() {
    rows.forEach((which, chosen) -> {
      JsonNode expected = EXPECTED.path("ranking").path(which);
      assertThat(chosen.size()).isEqualTo(expected.path("queries").intValue());
      assertThat(target.rows()).isEqualTo(expected.path("candidates").intValue());
      assertThat(Ranking.of(Ranking.ranks(source.select(chosen), target, chosen)))
          .as(which)
          .isEqualTo(
              new Ranking(
                  expected.path("median_rank").doubleValue(),
                  expected.path("r1").doubleValue(),
                  expected.path("r5").doubleValue(),
                  expected.path("r10").doubleValue()));
    });
  }
}
