package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Searches of a collection of samples with any subset of modalities, by either engine. */
@ParameterizedClass
@ValueSource(strings = {"lucene", "torch"})
@Timeout(120)
abstract class SearchApiTest extends CollectionsApiTest {
  static final int ITEMS = 60;

  @Parameter private String engine = "";

  /** A sample with any subset of modalities, that differs from the others. */
  static String sample(int i) {
    var random = new Random(i);
    List<String> values =
        List.of(
            "'table': [%s, %s, null]".formatted(number(random), number(random)),
            "'steps': [[%s, %s]]".formatted(number(random), number(random)),
            "'text': [%d, %d, %d]"
                .formatted(1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)),
            "'counts': {'%d': %s}".formatted(1 + random.nextInt(9), number(random)),
            "'spectro': [[%s, 1], [2, %s]]".formatted(number(random), number(random)));
    int subset = 1 + i % 31;
    var present =
        IntStream.range(0, values.size())
            .filter(m -> (subset >> m & 1) == 1)
            .mapToObj(values::get)
            .toList();
    return "{" + String.join(", ", present) + "}";
  }

  private static String number(Random random) {
    return String.valueOf((float) random.nextGaussian());
  }

  static String item(int i) {
    return "{'id': 'item-%d', 'modalities': %s, 'metadata': {'n': %d}}".formatted(i, sample(i), i);
  }

  final String empty(String more) {
    return collection("'model': '" + every() + "', 'engine': '" + engine + "'" + more);
  }

  /** A collection of all the samples, the same one for every test of an engine. */
  final String filled() {
    return shared(
        "searched", IntStream.range(0, ITEMS).mapToObj(SearchApiTest::item).toArray(String[]::new));
  }

  /** A collection of items, the same one for every test of an engine. */
  final String shared(String title, String... items) {
    String name = title + "-" + engine;
    if (api().get(at(name)).status() == 404) {
      assertThat(put(name, "{'model': '%s', 'engine': '%s'}".formatted(every(), engine)).status())
          .isEqualTo(201);
      upsert(name, items);
    }
    return name;
  }

  /** Fusions of all the samples, as {@code /embed} gives them. */
  final List<float[]> fusions() {
    String samples =
        String.join(
            ",",
            IntStream.range(0, ITEMS).mapToObj(i -> "{'modalities': " + sample(i) + "}").toList());
    Answer answer = api().embed(every(), "{'samples': [" + samples + "]}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer
        .body()
        .path("embeddings")
        .valueStream()
        .map(e -> Vectors.vector(e.path("fusion")))
        .toList();
  }

  static float[] unit(int axis) {
    var vector = new float[16];
    vector[axis] = 1;
    return vector;
  }

  static void assertOrdered(JsonNode hits) {
    for (int i = 1; i < hits.size(); i++) {
      double before = hits.get(i - 1).path("score").asDouble();
      double score = hits.get(i).path("score").asDouble();
      assertThat(before).isGreaterThanOrEqualTo(score);
      if (before == score) {
        assertThat(hits.get(i - 1).path("id").asString())
            .isLessThan(hits.get(i).path("id").asString());
      }
    }
  }
}
