package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleIdsTest {
  private final Faults faults = new Faults();

  /** A row that has nothing but an id. */
  private record Row(String id) implements TableReader {
    @Override
    public List<String> columns() {
      return List.of();
    }

    @Override
    public boolean next() {
      return false;
    }

    @Override
    public double number(int column) {
      return Double.NaN;
    }

    @Override
    public String text(int column) {
      return "";
    }

    @Override
    public long row() {
      return 7;
    }

    @Override
    public String place(long row) {
      return "line " + row;
    }

    @Override
    public void close() {}
  }

  @Test
  void numbersAsAMapOfStringsWould(@TempDir Path folder) throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    var ids = new SampleIds(1_000_000);
    var expected = new HashMap<String, Integer>();
    var inOrder = new ArrayList<String>();
    for (int i = 0; i < 200_000; i++) {
      String id = "ü-" + "x".repeat(random.nextInt(30)) + random.nextInt(50_000);
      if (!expected.containsKey(id)) {
        assertThat(ids.find(id)).isEmpty();
        expected.put(id, expected.size());
        inOrder.add(id);
      }
      assertThat(ids.numberOf(new Row(id), faults)).isEqualTo(expected.get(id));
    }
    assertThat(ids.size()).isEqualTo(expected.size());
    expected.forEach((id, number) -> assertThat(ids.find(id)).hasValue(number));
    ids.write(folder.resolve("ids"));
    assertThat(Files.readAllLines(folder.resolve("ids"))).isEqualTo(inOrder);
    assertThat(faults.all()).isEmpty();
  }

  @Test
  void refusesWhatCannotBeKept() {
    var ids = new SampleIds(1);
    faults.begin("g");
    assertThat(ids.numberOf(new Row("x".repeat(513)), faults)).isEqualTo(-1);
    assertThat(ids.numberOf(new Row("a\nb"), faults)).isEqualTo(-1);
    assertThat(ids.numberOf(new Row("half \ud83d"), faults)).isEqualTo(-1);
    assertThat(ids.numberOf(new Row("x".repeat(512)), faults)).isZero();
    assertThat(ids.numberOf(new Row("one more"), faults)).isEqualTo(-1);
    assertThat(faults.all())
        .extracting(fault -> fault.detail())
        .containsExactly(
            "line 7: an id has at most 512 characters, and no line breaks",
            "line 7: an id has at most 512 characters, and no line breaks",
            "line 7: an id has at most 512 characters, and no line breaks",
            "line 7: more than 1 samples");
  }
}
