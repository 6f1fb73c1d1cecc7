package io.braid.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.encoder.Vector;
import io.braid.torch.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The exact index on the CPU. */
class TorchIndexTest extends VectorIndexContract {
  @Override
  VectorIndex emptyIndex() {
    return TorchIndex.open(Device.CPU);
  }

  @Test
  void queriesOfManySearchesAreAnsweredEachWithItsOwn() throws Exception {
    apply(random(500));
    try (var threads = Executors.newFixedThreadPool(8)) {
      var searches = new ArrayList<Callable<Void>>();
      for (int i = 0; i < 200; i++) {
        Vector[] queries = Stream.generate(entries::vector).limit(1 + i % 5).toArray(Vector[]::new);
        Search search = exact(1 + i % 3, queries);
        Search asked = i % 2 == 0 ? search : filtered(search, entries.filter(2));
        searches.add(() -> {
          expected.check(index, asked);
          return null;
        });
      }
      for (var done : threads.invokeAll(searches)) {
        done.get();
      }
    }
  }

  @Test
  void moreQueriesThanOneProductTakes() {
    apply(random(50));
    expected.check(
        index, exact(4, Stream.generate(entries::vector).limit(200).toArray(Vector[]::new)));
  }

  @Test
  void keepsNothing() {
    apply(random(3));
    index.persist();
    assertThat(index.persisted()).isZero();
  }

  @Test
  void vectorsOfAnotherSizeAreRefusedBeforeTheyReachTheDevice() {
    apply(random(20));
    assertThatThrownBy(() -> index.search(exact(1, Vector.of(1, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a query of 2 for vectors of 8");
    assertThatThrownBy(() -> index.apply(List.of(put("a", Vector.of(1, 0))), 21))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a vector of 2 among vectors of 8");
  }
}
