package io.braid.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BraidExceptionTest {
  private static BraidException with(int faults) {
    List<Fault> list =
        IntStream.range(0, faults).mapToObj(i -> new Fault("/" + i, "is wrong")).toList();
    return BraidException.invalid(list);
  }

  @Test
  void theMessageIsTheFirstFaultAndHowManyMore() {
    assertThat(with(1)).hasMessage("/0: is wrong");
    assertThat(with(100)).hasMessage("/0: is wrong (and 99 more)");
  }

  @Test
  void listsAHundredFaultsAndSaysThatThereAreMore() {
    BraidException e = with(250);
    assertThat(e.faults()).hasSize(100);
    assertThat(e).hasMessage("/0: is wrong (and 249 more); the first 100 are listed");
  }
}
