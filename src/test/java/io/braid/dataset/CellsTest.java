package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers as CSV has them. */
class CellsTest {
  @TempDir Path folder;

  private Upload table(String cells) {
    return new Upload(folder).schema("modalities: [{name: g, type: tabular}]").csv("g", cells);
  }

  @Test
  void everyNumberIsRoundedOnceToADoubleThenToAFloat() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    var numbers = new ArrayList<String>(List.of("-0", "1.", ".5", "+3", "1e-7", "-2.5E+3", " 7 "));
    for (int i = 0; i < 500; i++) {
      String format = "%." + random.nextInt(22) + (random.nextInt(5) == 0 ? "e" : "f");
      numbers.add(
          String.format(
              Locale.ROOT, format, random.nextGaussian() * Math.pow(10, random.nextInt(-6, 13))));
    }
    var text = new StringBuilder("id,A\n");
    numbers.forEach(number -> text.append("s%d,%s\n".formatted(text.length(), number)));
    try (StoredDataset dataset = table(text.toString()).read()) {
      for (int sample = 0; sample < numbers.size(); sample++) {
        assertThat(dataset.rows(0).read(sample, 1)[0])
            .as(numbers.get(sample))
            .isEqualTo((float) Double.parseDouble(numbers.get(sample)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "NaN", "nan", "NA", "null", "\"\""})
  void aMissingCell(String cell) {
    try (StoredDataset dataset = table("id,A,B\na," + cell + ",1\n").read()) {
      assertThat(dataset.rows(0).read(0, 1)).containsExactly(Float.NaN, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1d", "1f", "0x1p3", "1_000", "--1", "1e", "-", ".", "12a", "٣"})
  void whatIsNoNumber(String cell) {
    assertThat(table("id,A\na," + cell + "\n").faults())
        .contains("g: line 2, column 'A': '" + cell + "' is not a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inf", "-Infinity", "1e16", "-1e400"})
  void whatIsTooLarge(String cell) {
    assertThat(table("id,A\na," + cell + "\n").faults().getFirst())
        .startsWith("g: line 2, column 'A': ")
        .endsWith(", expected numbers from -1e15 to 1e15");
  }

  @Test
  void aTableMayBeWide() {
    int columns = 20_000;
    var text = new StringBuilder("id");
    for (int c = 0; c < columns; c++) {
      text.append(",c").append(c);
    }
    text.append("\na").append(",0.25".repeat(columns)).append('\n');
    assertThat(table(text.toString()).faults())
        .singleElement()
        .asString()
        .contains("/modalities/0/columns")
        .contains("expected a list of 1 to 10000 names"); // the limit of Upload, not of the reader
  }

  @Test
  void aRecordThatDoesNotEndIsNotHeld() {
    assertThat(table("id,A\na,\"" + "x,\n".repeat(1 << 19)).faults())
        .singleElement()
        .asString()
        .startsWith("g: the file cannot be read: ");
    assertThat(table("id,A\na" + ",1".repeat(300_000) + "\n").faults().getFirst())
        .contains("line 2: more than")
        .contains("262146 columns");
  }
}
