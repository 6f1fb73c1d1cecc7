package io.braid.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.Slow;
import io.braid.config.BraidProperties;
import io.braid.encoder.Vector;
import io.braid.servers.PgvectorServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The index in a PostgreSQL that runs on this machine. */
@Slow
class PgvectorIndexTest extends VectorIndexContract {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final String OWNER = "0123456789ab";

  /** One connection: the server has no more. */
  private PgvectorStore store = store(OWNER);

  private static PgvectorStore store(String owner) {
    return new PgvectorStore(
        new BraidProperties.Pgvector(
            PgvectorServer.shared().url(), "postgres", "", 1, Duration.ofSeconds(60)),
        owner);
  }

  private final IndexId id = new IndexId(TESTS.incrementAndGet(), 1, 1);

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
    store.delete(id);
    store.close();
  }

  @Test
  void goesOnWhereItWasAndTakesNoChangeTwice() {
    apply(random(30));
    assertThat(index.persisted()).isEqualTo(30);
    index.close();
    index = store.open(id);
    assertThat(index.persisted()).isEqualTo(30);
    expected.check(index, exact(100, entries.vector()));
    index.apply(List.of(new Change.Remove("item 1")), 30); // that of another process, and old
    expected.check(index, exact(100, entries.vector()));
  }

  @Test
  void anotherServiceOfTheSameDatabaseHasIndexesOfItsOwn() {
    apply(random(3));
    store.close(); // its one connection
    try (var others = store("ba9876543210")) {
      assertThat(others.list()).isEmpty();
      assertThat(others.open(id).count()).isZero();
      assertThat(others.list()).containsExactly(id);
      others.delete(id);
    }
    store = store(OWNER);
    assertThat(store.open(id).count()).isEqualTo(3);
  }

  @Test
  void anIndexThatIsGoneSaysSo() {
    apply(random(3));
    assertThat(store.list()).contains(id);
    store.delete(id);
    assertThat(store.list()).doesNotContain(id);
    assertThatThrownBy(() -> found(exact(1, entries.vector())))
        .isInstanceOf(DamagedIndexException.class);
    assertThatThrownBy(() -> apply(random(1))).isInstanceOf(DamagedIndexException.class);
  }

  @Test
  void whatClientsNameIsNeverSql() {
    String nasty = "'; DROP TABLE braid_index.state; --\" \\ $1 ? :a {0}";
    Metadata metadata = new Metadata(Map.of(nasty, Set.of(new Value.Text(nasty))));
    Vector vector = entries.vector();
    apply(
        new Change.Put(
            new Entry(nasty, Map.of("fusion", vector, nasty, vector), List.of(nasty), metadata)));
    Filter filter =
        new Filter.All(
            List.of(
                new Filter.In(nasty, Set.of(new Value.Text(nasty))),
                new Filter.Exists(nasty),
                new Filter.Present(nasty)));
    assertThat(found(filtered(exact(3, vector), filter))).containsExactly(nasty);
    assertThat(found(new Search(nasty, List.of(vector), 3, java.util.Optional.empty(), false)))
        .containsExactly(nasty);
  }

  @Test
  void idsOf512OddCharactersComeInOrder() {
    Vector vector = entries.vector();
    for (String id : OddIds.ALL) {
      apply(put(id, vector));
    }
    assertThat(found(exact(100, vector))).isEqualTo(OddIds.ALL.stream().sorted().toList());
    for (String id : OddIds.ALL) {
      apply(new Change.Remove(id));
    }
    assertThat(index.count()).isZero();
  }

  @Test
  void vectorsThatAreTooLargeForGraphsAreAllLookedAt() {
    var vectors = new ClusteredVectors(3, 4096, 1, 5);
    apply(put("a", vectors.next()), put("b", vectors.next()));
    expected.check(index, approximate(2, vectors.next()));
  }

  @Test
  void aVectorOfAnotherSizeIsRefused() {
    apply(random(20));
    assertThatThrownBy(() -> index.search(exact(1, Vector.of(1, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a query of 2 for vectors of 8");
    assertThatThrownBy(() -> index.apply(List.of(put("a", Vector.of(1, 0))), 21))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a vector of 2 among vectors of 8");
  }
}
