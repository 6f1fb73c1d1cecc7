package io.braid.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.Slow;
import io.braid.config.BraidProperties;
import io.braid.encoder.Vector;
import io.braid.servers.OpenSearchCluster;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * The index in an OpenSearch that runs on this machine, told to walk its graphs also where looking
 * at everything costs less.
 */
@Slow
class OpenSearchIndexTest extends VectorIndexContract {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final String OWNER = "0123456789ab";

  private final OpenSearchStore store =
      new OpenSearchStore(settings(OpenSearchCluster.shared().urls()), OWNER, false, 0);
  private final IndexId id = new IndexId(TESTS.incrementAndGet(), 1, 1);

  private static BraidProperties.Opensearch settings(List<URI> urls) {
    return new BraidProperties.Opensearch(
        urls, null, null, null, null, "kit-", 2, urls.size() > 1 ? 1 : 0, Duration.ofSeconds(20));
  }

  @Override
  VectorIndex emptyIndex() {
    return store.open(id);
  }

  /** Each is a round trip, or several. */
  @Override
  int rounds() {
    return 30;
  }

  @AfterEach
  void delete() {
    try (store) {
      store.delete(id);
    }
  }

  private VectorIndex again(boolean isShared) {
    return new OpenSearchStore(settings(OpenSearchCluster.shared().urls()), OWNER, isShared, 0)
        .open(id);
  }

  @Test
  void goesOnWhereItWas() {
    apply(random(30));
    assertThat(index.persisted()).isZero();
    index.persist();
    assertThat(index.persisted()).isEqualTo(30);
    apply(new Change.Remove("item 1"));
    VectorIndex next = again(false);
    assertThat(next.persisted()).isEqualTo(30);
    assertThat(next.begun()).isEqualTo(31);
    assertThat(next.count()).isEqualTo(29);
    expected.check(next, exact(100, entries.vector()));
  }

  @Test
  void whatTwoWriteEndsAlikeInAnyOrder() {
    VectorIndex other = again(true);
    Vector vector = entries.vector();
    other.apply(List.of(put("a", vector, "new"), new Change.Remove("b")), 2);
    index.apply(List.of(put("a", entries.vector(), "old"), put("b", vector)), 1);
    assertThat(index.persisted()).isEqualTo(2); // which the other noted at once
    for (VectorIndex each : List.of(index, other)) {
      assertThat(each.search(exact(9, vector)).getFirst())
          .containsExactly(new Hit("a", 1, List.of("new")));
      each.persist();
      assertThat(each.persisted()).isEqualTo(2);
    }
  }

  @Test
  void seesWhatAnotherHasNoted() {
    VectorIndex other = again(true);
    Vector vector = entries.vector();
    assertThat(found(exact(1, vector))).isEmpty();
    other.apply(List.of(put("a", vector)), 1);
    assertThat(index.persisted()).isEqualTo(1);
    assertThat(found(exact(1, vector))).containsExactly("a");
  }

  @Test
  void anotherServiceOfTheSamePrefixHasIndexesOfItsOwn() {
    apply(random(3));
    try (var others =
        new OpenSearchStore(
            settings(OpenSearchCluster.shared().urls()), "ba9876543210", false, 0)) {
      assertThat(others.list()).isEmpty();
      assertThat(others.open(id).count()).isZero();
      assertThat(others.list()).containsExactly(id);
      others.delete(id);
    }
    assertThat(index.count()).isEqualTo(3);
  }

  @Test
  void searchesThatAreLargeTogetherAreMadeOneAfterTheOther() {
    apply(random(20));
    List<Vector> queries = Stream.generate(entries::vector).limit(70).toList();
    var ids = IntStream.range(0, 20_000).mapToObj(i -> (Value) new Value.Text("site " + i));
    Filter filter =
        new Filter.Any(
            List.of(
                new Filter.In("a", ids.collect(Collectors.toSet())), new Filter.All(List.of())));
    expected.check(index, new Search("fusion", queries, 5, Optional.of(filter), true));
  }

  @Test
  void anIndexThatIsGoneSaysSoAndIsNotMadeByAWrite() {
    apply(random(3));
    assertThat(store.list()).contains(id);
    store.delete(id);
    assertThat(store.list()).doesNotContain(id);
    assertThatThrownBy(() -> apply(random(1))).isInstanceOf(DamagedIndexException.class);
    assertThatThrownBy(index::persist).isInstanceOf(DamagedIndexException.class);
    assertThatThrownBy(() -> found(exact(1, entries.vector())))
        .isInstanceOf(DamagedIndexException.class);
    assertThat(store.list()).doesNotContain(id);
  }

  @Test
  void idsOf512OddCharactersComeInOrder() {
    Vector vector = entries.vector();
    apply(OddIds.ALL.stream().map(id -> put(id, vector)).toList());
    assertThat(found(exact(100, vector))).isEqualTo(OddIds.ALL.stream().sorted().toList());
    apply(OddIds.ALL.stream().<Change>map(Change.Remove::new).toList());
    assertThat(index.count()).isZero();
    assertThat(index.begun()).isEqualTo(2L * OddIds.ALL.size());
  }

  @Test
  void searchesGoOnWhereANodeIsDownAndNoneIsToldSo() {
    apply(random(20));
    var urls = new ArrayList<>(OpenSearchCluster.shared().urls());
    urls.add(URI.create("http://127.0.0.1:1"));
    VectorIndex one = new OpenSearchStore(settings(urls), OWNER, false, 0).open(id);
    for (int i = 0; i < 20; i++) {
      expected.check(one, exact(5, entries.vector()));
    }
    List<URI> away = urls.subList(urls.size() - 1, urls.size());
    var none = new OpenSearchStore(settings(away), OWNER, false);
    assertThatThrownBy(() -> none.open(id)).isInstanceOf(EngineAwayException.class);
    assertThatThrownBy(none::missing).isInstanceOf(EngineAwayException.class);
  }

  @Test
  void aFilterOfAsManyRangesAsARequestMayHave() {
    apply(random(20));
    Filter range =
        new Filter.NumberRange(
            "a",
            Optional.of(new Filter.Bound<>(-1e300, false)),
            Optional.of(new Filter.Bound<>(1e300, false)));
    var search =
        filtered(exact(20, entries.vector()), new Filter.Any(Collections.nCopies(256, range)));
    expected.check(index, search);
  }

  @Test
  void vectorsOf4096AndThoseOfAnotherSizeAreRefused() {
    var vectors = new ClusteredVectors(3, 4096, 1, 5);
    apply(put("a", vectors.next()), put("b", vectors.next()));
    expected.check(index, approximate(2, vectors.next()));
    assertThatThrownBy(() -> index.search(exact(1, Vector.of(1, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a query of 2 for vectors of 4096");
    assertThatThrownBy(() -> apply(put("a", Vector.of(1, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a vector of 2 among vectors of 4096");
  }

  @Test
  void anAnswerThatLacksAShardIsNone() {
    JsonMapper json = new JsonMapper();
    assertThat(
            OpenSearchQueries.isWhole(
                json.readTree(
                    "{\"timed_out\":false,\"_shards\":{\"total\":2,\"successful\":2,\"failed\":0}}")))
        .isTrue();
    for (String answer :
        List.of(
            "{}",
            "{\"timed_out\":true,\"_shards\":{\"total\":2,\"successful\":2,\"failed\":0}}",
            "{\"timed_out\":false,\"_shards\":{\"total\":2,\"successful\":1,\"failed\":1}}",
            "{\"timed_out\":false,\"_shards\":{\"total\":2,\"successful\":1,\"failed\":0}}")) {
      assertThat(OpenSearchQueries.isWhole(json.readTree(answer))).as(answer).isFalse();
    }
  }
}
