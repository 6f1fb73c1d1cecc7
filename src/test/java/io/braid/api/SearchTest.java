package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a search finds, whatever searches. */
@ParameterizedClass
@ValueSource(strings = {"lucene", "torch"})
@Timeout(120)
class SearchTest extends CollectionsApiTest {
  private static final int ITEMS = 60;

  @Parameter private String engine = "";

  /** A sample with any subset of modalities, that differs from the others. */
  private static String sample(int i) {
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

  private String empty(String more) {
    return collection("'model': '" + every() + "', 'engine': '" + engine + "'" + more);
  }

  private static String item(int i) {
    return "{'id': 'item-%d', 'modalities': %s, 'metadata': {'n': %d}}".formatted(i, sample(i), i);
  }

  /** A collection of all the samples, the same one for every test of an engine. */
  private String filled() {
    String name = "searched-" + engine;
    if (api().get(at(name)).status() == 404) {
      assertThat(put(name, "{'model': '%s', 'engine': '%s'}".formatted(every(), engine)).status())
          .isEqualTo(201);
      upsert(name, IntStream.range(0, ITEMS).mapToObj(SearchTest::item).toArray(String[]::new));
    }
    return name;
  }

  /** Fusions of all the samples, as {@code /embed} gives them. */
  private List<float[]> fusions() {
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

  private static void assertOrdered(JsonNode hits) {
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

  @Test
  void everyItemIsItsOwnNearest() {
    for (int i = 0; i < ITEMS; i += 7) {
      JsonNode hits = hits(filled(), "{'query': {'modalities': " + sample(i) + "}, 'k': 1}");
      assertThat(ids(hits)).containsExactly("item-" + i);
      assertThat(hits.get(0).path("score").asDouble()).isBetween(1 - 1e-5, 1 + 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void scoresAreCosinesOfWhatTheModelEmbeds(boolean isExact) {
    List<float[]> fusions = fusions();
    for (int query : new int[] {0, 17, 30, 59}) {
      JsonNode hits =
          hits(
              filled(),
              "{'query': {'modalities': %s}, 'k': 100, 'exact': %s}"
                  .formatted(sample(query), isExact));
      assertThat(hits.size()).isEqualTo(ITEMS);
      assertThat(ids(hits)).doesNotHaveDuplicates();
      assertOrdered(hits);
      for (JsonNode hit : hits) {
        int found = Integer.parseInt(hit.path("id").asString().substring("item-".length()));
        double cosine = Vectors.cosine(fusions.get(query), fusions.get(found));
        assertThat(hit.path("score").asDouble()).isBetween(cosine - 1e-5, cosine + 1e-5);
      }
    }
  }

  @Test
  void theNearestComeFirstHoweverManyAreAskedFor() {
    String search = "{'query': {'modalities': %s}, 'exact': true, 'k': %d}";
    List<String> all = ids(hits(filled(), search.formatted(sample(5), ITEMS)));
    for (int k : new int[] {1, 2, 10, 59}) {
      assertThat(ids(hits(filled(), search.formatted(sample(5), k)))).isEqualTo(all.subList(0, k));
    }
    assertThat(ids(hits(filled(), "{'query': {'modalities': " + sample(5) + "}}"))).hasSize(10);
    assertThat(ids(hits(filled(), search.formatted(sample(5), 10_000)))).isEqualTo(all);
    assertThat(ids(hits(filled(), search.formatted(sample(5), null))))
        .isEqualTo(all.subList(0, 10));
  }

  @Test
  void anEmptyCollectionHasNoHits() {
    String name = empty("");
    String query = "{'modalities': {'text': [1]}}";
    assertThat(hits(name, "{'query': " + query + "}").size()).isZero();
    assertThat(hits(name, "{'query': " + query + ", 'exact': true, 'filter': {'all': []}}").size())
        .isZero();
  }

  @Test
  void theAnswerSaysWhoMadeTheEmbeddings() {
    JsonNode answer = search(filled(), "{'query': {'item': 'item-3'}, 'k': 1}");
    assertThat(answer.propertyNames()).containsExactly("model", "version", "results");
    assertThat(answer.path("model").asString()).isEqualTo("every");
    assertThat(answer.path("version").asInt()).isEqualTo(1);
    assertThat(answer.path("results").get(0).propertyNames()).containsExactly("hits");
    assertThat(answer.path("results").get(0).path("hits").get(0).propertyNames())
        .containsExactly("id", "score", "present");
  }

  @Test
  void manyQueriesEqualSingleOnes() {
    var queries = new ArrayList<String>();
    for (int i = 0; i < 12; i++) {
      queries.add("{'modalities': " + sample(100 + i) + "}");
      queries.add("{'item': 'item-" + i + "'}");
      queries.add("{'embedding': " + Arrays.toString(unit(i)) + "}");
    }
    String rest = "'k': 5, 'exact': true, 'filter': {'field': 'n', 'lt': 40}}";
    JsonNode together =
        search(filled(), "{'queries': [" + String.join(",", queries) + "], " + rest)
            .path("results");
    assertThat(together.size()).isEqualTo(queries.size());
    for (int i = 0; i < queries.size(); i++) {
      JsonNode alone = hits(filled(), "{'query': " + queries.get(i) + ", " + rest);
      JsonNode hits = together.get(i).path("hits");
      assertThat(hits.size()).isEqualTo(5);
      for (int h = 0; h < 5; h++) {
        double score = alone.get(h).path("score").asDouble();
        assertThat(hits.get(h).path("score").asDouble()).isBetween(score - 1e-5, score + 1e-5);
      }
      assertThat(ids(hits)).containsExactlyInAnyOrderElementsOf(ids(alone));
    }
    JsonNode one =
        search(filled(), "{'queries': [" + queries.get(0) + "], " + rest).path("results");
    assertThat(ids(one.get(0).path("hits"))).isEqualTo(ids(together.get(0).path("hits")));
  }

  private static float[] unit(int axis) {
    var vector = new float[16];
    vector[axis] = 1;
    return vector;
  }

  @Test
  void asManyQueriesAsTheMostAreAnswered() {
    String queries =
        String.join(
            ",",
            IntStream.range(0, 1024).mapToObj(i -> "{'item': 'item-" + i % ITEMS + "'}").toList());
    JsonNode results = search(filled(), "{'queries': [" + queries + "], 'k': 1}").path("results");
    assertThat(results.size()).isEqualTo(1024);
    for (int i = 0; i < 1024; i++) {
      assertThat(ids(results.get(i).path("hits"))).containsExactly("item-" + i % ITEMS);
    }
  }

  @Test
  void anItemIsAsGoodAQueryAsItsSample() {
    String rest = ", 'k': 20, 'exact': true}";
    JsonNode byItem = hits(filled(), "{'query': {'item': 'item-12'}" + rest);
    assertThat(byItem.get(0).path("id").asString()).isEqualTo("item-12");
    assertThat(ids(byItem))
        .isEqualTo(ids(hits(filled(), "{'query': {'modalities': " + sample(12) + "}" + rest)));
  }

  @Test
  void anEmbeddingIsAQueryOfAnyLengthAndWriting() {
    float[] fusion = fusions().get(12);
    var longer = new float[16];
    var bytes = java.nio.ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 16; i++) {
      longer[i] = 250 * fusion[i];
      bytes.putFloat(longer[i]);
    }
    JsonNode expected = hits(filled(), "{'query': {'item': 'item-12'}, 'k': 20, 'exact': true}");
    for (String vector :
        List.of(
            Arrays.toString(longer),
            "'" + Base64.getEncoder().encodeToString(bytes.array()) + "'",
            TensorJson.f32("[16]", longer))) {
      JsonNode hits =
          hits(filled(), "{'query': {'embedding': " + vector + "}, 'k': 20, 'exact': true}");
      assertThat(ids(hits)).isEqualTo(ids(expected));
      assertThat(hits.get(0).path("score").asDouble()).isBetween(1 - 1e-5, 1 + 1e-6);
    }
  }

  @Test
  void whatIsIncludedIsWhatTheItemHas() {
    String name = filled();
    JsonNode hits =
        hits(
            name,
            "{'query': {'item': 'item-8'}, 'k': 7, 'include': ['modalities', 'metadata',"
                + " 'embedding']}");
    assertThat(hits.size()).isEqualTo(7);
    for (JsonNode hit : hits) {
      JsonNode item = item(name, hit.path("id").asString());
      var expected = (ObjectNode) item.deepCopy();
      var shown = (ObjectNode) hit.deepCopy();
      shown.remove("score");
      assertThat(shown).isEqualTo(expected);
    }
    JsonNode hit =
        hits(name, "{'query': {'item': 'item-8'}, 'k': 1, 'include': ['metadata']}").get(0);
    assertThat(hit.propertyNames()).containsExactly("id", "score", "present", "metadata");
    assertThat(hit.path("metadata").toString()).isEqualTo("{\"n\":8}");
    hit = hits(name, "{'query': {'item': 'item-8'}, 'k': 1, 'include': []}").get(0);
    assertThat(hit.propertyNames()).containsExactly("id", "score", "present");
  }

  @Test
  void whatIsNullIsLeftOut() {
    JsonNode plain = hits(filled(), "{'query': {'item': 'item-8'}}");
    assertThat(
            hits(
                filled(),
                """
                {'query': {'item': 'item-8', 'modalities': null, 'embedding': null}, 'queries': null,
                 'k': null, 'filter': null, 'exact': null, 'include': null, 'target': null}
                """))
        .isEqualTo(plain);
  }

  @Test
  void hitsSayWhatTheyRestOn() {
    for (JsonNode hit : hits(filled(), "{'query': {'item': 'item-8'}, 'k': 60}")) {
      int i = Integer.parseInt(hit.path("id").asString().substring("item-".length()));
      assertThat(hit.path("present")).isEqualTo(embedded(every(), 1, sample(i)).path("present"));
    }
  }

  @Test
  void anItemThatLacksWhatTheQueryHasIsStillFound() {
    String name = empty("");
    upsert(
        name,
        "{'id': 'text', 'modalities': {'text': [1]}}",
        "{'id': 'table', 'modalities': {'table': [1, 2, 3]}}",
        "{'id': 'given', 'embedding': [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}");
    assertThat(ids(hits(name, "{'query': {'modalities': {'spectro': [[1, 2], [3, 4]]}}}")))
        .containsExactlyInAnyOrder("text", "table", "given");
  }

  private static final String[] FILTERED = {
    "{'id': 'a', 'modalities': {'text': [1]}, 'metadata': {'site': 'lung', 'age': 41, 'tags': ['x',"
        + " 'y'], 'place': {'city': 'Bern', 'zip': 3000}, 'alive': true}}",
    "{'id': 'b', 'modalities': {'text': [2], 'table': [1, 2, 3]}, 'metadata': {'site': 'breast',"
        + " 'age': 70, 'tags': ['y'], 'place': {'city': 'Basel'}, 'alive': false}}",
    "{'id': 'c', 'modalities': {'table': [3, 2, 1]}, 'metadata': {'site': 'lung', 'age': 'old',"
        + " 'tags': []}}",
    "{'id': 'd', 'modalities': {'steps': [[1, 2]], 'counts': {'3': 2}}, 'metadata': {'age': [10,"
        + " 50], 'site': null}}",
    "{'id': 'e', 'modalities': {'text': [5], 'spectro': [[1, 2], [3, 4]]}, 'metadata': {'age':"
        + " -0.5, 'site': 'Lung', 'note': ''}}",
    "{'id': 'f', 'modalities': {'table': [0, 0, 1], 'text': [6], 'steps': [[3, 4]]}}",
    "{'id': 'g', 'modalities': {'counts': {'4': 1}}, 'metadata': {'age': true, 'site': ['lung',"
        + " 'breast'], 'place': {'city': ['Bern', 'Basel']}, 'zero': 0}}",
    "{'id': 'h', 'modalities': {'spectro': [[9, 2], [3, 4]]}, 'metadata': {'age': 40, 'site':"
        + " '\\u00e9', 'a.b': 1, 'a': {'b': 2}, 'place': [{'city': 'Chur'}, {'city': 'Zug'}],"
        + " 'zero': -0.0}}"
  };

  /** A collection of the items above, the same one for every test of an engine. */
  private String filtered() {
    String name = "filtered-" + engine;
    if (api().get(at(name)).status() == 404) {
      assertThat(put(name, "{'model': '%s', 'engine': '%s'}".formatted(every(), engine)).status())
          .isEqualTo(201);
      upsert(name, FILTERED);
    }
    return name;
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          acg      | {'field': 'site', 'eq': 'lung'}
          e        | {'field': 'site', 'eq': 'Lung'}
          ``       | {'field': 'site', 'eq': 'lun'}
          e        | {'field': 'note', 'eq': ''}
          a        | {'field': 'age', 'eq': 41}
          a        | {'field': 'age', 'eq': 41.0}
          c        | {'field': 'age', 'eq': 'old'}
          g        | {'field': 'age', 'eq': true}
          ``       | {'field': 'age', 'eq': 1}
          ``       | {'field': 'age', 'eq': '41'}
          d        | {'field': 'age', 'eq': 50}
          b        | {'field': 'alive', 'eq': false}
          gh       | {'field': 'zero', 'eq': 0}
          gh       | {'field': 'zero', 'eq': -0.0}
          gh       | {'field': 'zero', 'gte': 0}
          gh       | {'field': 'zero', 'lte': -0.0}
          ``       | {'field': 'zero', 'gt': -0.0}
          ``       | {'field': 'zero', 'lt': 0}
          cgh      | {'field': 'age', 'in': [40, 'old', true]}
          ac       | {'field': 'age', 'in': [41, 41, 'old', 'older']}
          ``       | {'field': 'age', 'in': []}
          bd       | {'field': 'age', 'gt': 41}
          abd      | {'field': 'age', 'gte': 41}
          de       | {'field': 'age', 'lt': 40}
          deh      | {'field': 'age', 'lte': 40}
          e        | {'field': 'age', 'lt': 0}
          d        | {'field': 'age', 'gte': 0, 'lt': 20}
          ``       | {'field': 'age', 'gte': 20, 'lt': 40}
          ``       | {'field': 'age', 'gt': 41, 'lt': 41}
          ``       | {'field': 'age', 'gte': 60, 'lte': 50}
          abdeh    | {'field': 'age', 'gte': -1e300, 'lte': 1e300}
          c        | {'field': 'age', 'gte': 'a'}
          abcg     | {'field': 'site', 'gte': 'breast', 'lt': 'm'}
          acg      | {'field': 'site', 'gt': 'breast', 'lte': 'lung'}
          h        | {'field': 'site', 'gt': 'z'}
          e        | {'field': 'site', 'lt': 'a'}
          abcegh   | {'field': 'site', 'gte': ''}
          ``       | {'field': 'note', 'gt': ''}
          abcdegh  | {'field': 'age', 'exists': true}
          f        | {'field': 'age', 'exists': false}
          df       | {'field': 'site', 'exists': false}
          ab       | {'field': 'tags', 'exists': true}
          e        | {'field': 'note', 'exists': true}
          ``       | {'field': 'nobody', 'exists': true}
          ab       | {'field': 'tags', 'eq': 'y'}
          a        | {'field': 'tags', 'in': ['x', 'z']}
          ag       | {'field': 'place.city', 'eq': 'Bern'}
          bg       | {'field': 'place.city', 'eq': 'Basel'}
          h        | {'field': 'place.city', 'eq': 'Zug'}
          a        | {'field': 'place.zip', 'gte': 3000}
          abgh     | {'field': 'place.city', 'exists': true}
          h        | {'field': 'a.b', 'eq': 1}
          h        | {'field': 'a.b', 'eq': 2}
          adh      | {'field': 'age', 'gte': 40, 'lt': 70, 'exists': true}
          a        | {'field': 'age', 'gte': 40, 'in': [41, 'old']}
          bdefh    | {'not': {'field': 'site', 'eq': 'lung'}}
          acg      | {'not': {'not': {'field': 'site', 'eq': 'lung'}}}
          bgh      | {'any': [{'field': 'site', 'eq': 'breast'}, {'field': 'age', 'eq': 40}]}
          a        | {'all': [{'field': 'site', 'eq': 'lung'}, {'field': 'age', 'eq': 41}]}
          abcdefgh | {'all': []}
          ``       | {'any': []}
          abcdefgh | {'not': {'any': []}}
          ``       | {'not': {'all': []}}
          bc       | {'all': [{'any': [{'field': 'site', 'eq': 'lung'}, {'field': 'age', 'gt': 60}]}, {'not': {'field': 'age', 'in': [41, true]}}]}
          abef     | {'present': {'all_of': ['text']}}
          bf       | {'present': {'all_of': ['text', 'table']}}
          defh     | {'present': {'any_of': ['steps', 'spectro']}}
          cdgh     | {'present': {'none_of': ['text']}}
          c        | {'present': {'all_of': ['table'], 'none_of': ['text']}}
          f        | {'present': {'all_of': ['table'], 'any_of': ['steps', 'counts'], 'none_of': ['spectro']}}
          abcdefgh | {'present': {'all_of': []}}
          ``       | {'present': {'any_of': []}}
          abcdefgh | {'present': {'none_of': []}}
          ad       | {'all': [{'field': 'age', 'gte': 40, 'lt': 70}, {'not': {'present': {'all_of': ['spectro']}}}]}
          """)
  void aFilterLetsThrough(String expected, String filter) {
    for (boolean isExact : new boolean[] {true, false}) {
      JsonNode hits =
          hits(
              filtered(),
              "{'query': {'modalities': {'text': [1]}}, 'exact': %s, 'filter': %s}"
                  .formatted(isExact, filter));
      assertOrdered(hits);
      assertThat(String.join("", ids(hits).stream().sorted().toList())).isEqualTo(expected);
    }
  }

  @Test
  void aFilterIsPartOfTheSearchAndNotAfterIt() {
    JsonNode hits =
        hits(
            filled(),
            "{'query': {'item': 'item-1'}, 'k': 5, 'filter': {'field': 'n', 'in': [3, 13, 23, 33,"
                + " 43, 53]}}");
    assertThat(ids(hits))
        .hasSize(5)
        .isSubsetOf("item-3", "item-13", "item-23", "item-33", "item-43", "item-53");
    JsonNode exact =
        hits(
            filled(),
            "{'query': {'item': 'item-1'}, 'k': 60, 'exact': true, 'filter': {'field': 'n', 'gte':"
                + " 30}}");
    assertThat(ids(exact)).hasSize(30);
    assertOrdered(exact);
  }

  @Test
  void otherTargetsAreComparedWithTheQuerysFusion() {
    String name = empty(", 'keep': ['fusion', 'unimodal', 'channels']");
    var samples = new HashMap<String, String>();
    for (int i = 0; i < 31; i++) {
      samples.put("item-" + i, sample(i));
    }
    upsert(name, IntStream.range(0, 31).mapToObj(SearchTest::item).toArray(String[]::new));
    float[] query = fusion(sample(77));
    for (Map.Entry<String, String> target :
        Map.of(
                "text",
                "unimodal",
                "table+steps",
                "channels",
                "table+steps+text+counts+spectro",
                "channels")
            .entrySet()) {
      var expected = new HashMap<String, Double>();
      samples.forEach((id, sample) -> {
        JsonNode vector =
            embedded(every(), 1, sample).path(target.getValue()).path(target.getKey());
        if (!vector.isMissingNode()) {
          expected.put(id, Vectors.cosine(query, Vectors.vector(vector)));
        }
      });
      JsonNode hits =
          hits(
              name,
              "{'query': {'modalities': %s}, 'k': 100, 'target': '%s'}"
                  .formatted(sample(77), target.getKey()));
      assertThat(ids(hits)).containsExactlyInAnyOrderElementsOf(expected.keySet());
      assertOrdered(hits);
      for (JsonNode hit : hits) {
        double cosine = expected.getOrDefault(hit.path("id").asString(), 2.0);
        assertThat(hit.path("score").asDouble()).isBetween(cosine - 1e-5, cosine + 1e-5);
      }
    }
    assertFault(
        searchAnswer(name, "{'query': {'item': 'item-0'}, 'target': 'text'}"), 422, "/query/item");
  }

  @Test
  void whatIsNotKeptIsNoTarget() {
    String name = empty(", 'keep': ['unimodal']");
    upsert(name, "{'id': 'a', 'modalities': {'text': [1]}}");
    String search = "{'query': {'modalities': {'text': [1]}}, 'target': '%s'}";
    assertThat(ids(hits(name, search.formatted("text")))).containsExactly("a");
    assertThat(ids(hits(name, search.formatted("table")))).isEmpty();
    assertFault(searchAnswer(name, search.formatted("fusion")), 422, "/target");
    assertFault(searchAnswer(name, search.formatted("table+steps")), 422, "/target");
    assertFault(searchAnswer(name, "{'query': {'modalities': {'text': [1]}}}"), 422, "/target");
  }

  @Test
  void everySearchSeesWhatWasWrittenBefore() {
    String name = empty("");
    String query = "{'query': {'modalities': {'text': [1, 2]}}, 'k': 100}";
    for (int i = 0; i < 20; i++) {
      String id = "i" + i;
      upsert(
          name, "{'id': '%s', 'modalities': {'text': [1, 2]}, 'metadata': {'n': 1}}".formatted(id));
      assertThat(ids(hits(name, query))).contains(id);
      upsert(
          name, "{'id': '%s', 'modalities': {'text': [1, 2]}, 'metadata': {'n': 2}}".formatted(id));
      String filter = ", 'filter': {'field': 'n', 'eq': %d}}";
      assertThat(ids(hits(name, query.replace("}, 'k': 100}", "}" + filter.formatted(2)))))
          .contains(id);
      assertThat(ids(hits(name, query.replace("}, 'k': 100}", "}" + filter.formatted(1)))))
          .doesNotContain(id);
      assertThat(patch(name, id, "{'table': [1, 2, 3]}").status()).isEqualTo(200);
      assertThat(hits(name, "{'query': {'item': '" + id + "'}}").get(0).path("present").toString())
          .isEqualTo("[\"table\",\"text\"]");
      if (i % 2 == 1) {
        assertThat(api().delete(at(name, id)).status()).isEqualTo(204);
        assertThat(ids(hits(name, query))).doesNotContain(id);
        assertThat(searchAnswer(name, "{'query': {'item': '" + id + "'}}").status()).isEqualTo(422);
      }
    }
    assertThat(ids(hits(name, query))).hasSize(10);
  }

  @Test
  void whatIsCutOfAQueryIsSaid() {
    JsonNode results =
        search(
                filled(),
                "{'queries': [{'modalities': {'text': [1, 2, 3, 4, 5, 6]}}, {'modalities': {'text':"
                    + " [1]}}, {'item': 'item-1'}]}")
            .path("results");
    assertThat(results.get(0).path("warnings").get(0).asString()).startsWith("text: 6 tokens");
    assertThat(results.get(1).has("warnings")).isFalse();
    assertThat(results.get(2).has("warnings")).isFalse();
  }

  @Test
  void cborGoesInAndOut() {
    String search =
        "{'query': {'modalities': " + sample(4) + "}, 'k': 5, 'include': ['embedding']}";
    byte[] body = Api.CBOR_MAPPER.writeValueAsBytes(tree(search));
    Answer answer =
        api()
            .send(
                "POST",
                at(filled()) + "/search",
                java.net.http.HttpRequest.BodyPublishers.ofByteArray(body),
                "Content-Type",
                Api.CBOR,
                "Accept",
                Api.CBOR);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.type()).isEqualTo(Api.CBOR);
    JsonNode hits = answer.body().path("results").get(0).path("hits");
    JsonNode expected = hits(filled(), search);
    assertThat(ids(hits)).isEqualTo(ids(expected));
    assertNear(
        Vectors.vector(hits.get(0).path("embedding")),
        Vectors.vector(expected.get(0).path("embedding")),
        1e-7);
  }

  @Test
  void aQuerysVectorMayBeAByteString() {
    var bytes = java.nio.ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (float number : unit(3)) {
      bytes.putFloat(number);
    }
    ObjectNode body = Api.JSON_MAPPER.createObjectNode();
    body.putObject("query").put("embedding", bytes.array());
    Answer answer =
        api().post(at(filled()) + "/search", Api.CBOR, Api.CBOR_MAPPER.writeValueAsBytes(body));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(ids(answer.body().path("results").get(0).path("hits")))
        .isEqualTo(
            ids(hits(filled(), "{'query': {'embedding': " + Arrays.toString(unit(3)) + "}}")));
  }

  @Test
  void timesGoWithTheAnswerWhereverTheServiceRuns() {
    Locale before = Locale.getDefault();
    for (Locale locale :
        List.of(Locale.ROOT, Locale.GERMANY, Locale.forLanguageTag("ar-EG-u-nu-arab"))) {
      Locale.setDefault(locale);
      try {
        Answer answer = searchAnswer(filled(), "{'query': {'item': 'item-1'}}");
        assertThat(answer.header("Server-Timing"))
            .matches("queue;dur=[0-9.]+, embed;dur=[0-9.]+, search;dur=[0-9.]+, total;dur=[0-9.]+");
      } finally {
        Locale.setDefault(before);
      }
    }
  }

  @Test
  void equalScoresComeInTheOrderOfTheirIds() {
    String name = empty("");
    List<String> ids = List.of("b", "a", "\u00e9", "10", "9", "A", "\ud83d\ude00", "\uffee");
    for (String id : ids) {
      upsert(name, "{'id': '" + id + "', 'modalities': {'text': [1]}}");
    }
    assertThat(ids(hits(name, "{'query': {'modalities': {'text': [1]}}}")))
        .containsExactlyElementsOf(ids.stream().sorted(Comparator.naturalOrder()).toList());
    assertThat(ids(hits(name, "{'query': {'modalities': {'text': [1]}}, 'k': 3}")))
        .containsExactly("10", "9", "A");
  }
}
