package io.braid.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SvgPlotTest {
  /** Pixels between the highest and lowest point after the first, of a line from 500 to 2 to 1. */
  private static double height(int points) {
    var series =
        new Figure.Series(
            "mca",
            IntStream.range(0, points)
                .mapToObj(x -> new Figure.Point(x, x == 0 ? 500 : 2 - 1.0 * x / points))
                .toList());
    String svg =
        SvgPlot.of(
            new Figure(7, "Loss", List.of(new Figure.Panel("train", "epoch", List.of(series)))));
    String line = svg.substring(svg.indexOf("rgb(0,114,178)")).split("</g", 2)[0];
    DoubleSummaryStatistics ends =
        Pattern.compile("y2=\"([-0-9.]+)\"")
            .matcher(line)
            .results()
            .mapToDouble(end -> Double.parseDouble(end.group(1)))
            .summaryStatistics();
    return ends.getMax() - ends.getMin();
  }

  @Test
  void theSteepStartOfALongLineLeavesTheTop() {
    assertThat(height(40)).isGreaterThan(100);
  }

  /** Lines that go straight up: those of the grid and the ticks along the axis are among them. */
  private static long upright(Figure.Point... points) {
    String svg =
        SvgPlot.of(
            new Figure(
                1,
                "One",
                List.of(
                    new Figure.Panel(
                        "lines", "x", List.of(new Figure.Series("mca", List.of(points)))))));
    return Pattern.compile("x1=\"([-0-9.]+)\"[^>]*x2=\"\\1\"|x2=\"([-0-9.]+)\"[^>]*x1=\"\\2\"")
        .matcher(svg.replaceAll("\\s+", " "))
        .results()
        .count();
  }

  @Test
  void oneValueAlongTheAxisHasNoScale() {
    long scaled = upright(new Figure.Point(0.4, 1), new Figure.Point(0.8, 2));
    assertThat(upright(new Figure.Point(0.4, 1))).isLessThan(scaled);
  }

  /** What is written as text, and not drawn, in a picture of lines with these names. */
  private static List<String> texts(List<String> names) {
    List<Figure.Point> points = List.of(new Figure.Point(0, 1));
    String svg =
        SvgPlot.of(
            new Figure(
                1,
                "Many",
                List.of(
                    new Figure.Panel(
                        "lines",
                        "x",
                        "y",
                        names.stream().map(name -> new Figure.Series(name, points)).toList()))));
    return Pattern.compile("<text[^>]*>([^<]*)</text")
        .matcher(svg.replaceAll("\\s+", " "))
        .results()
        .map(text -> text.group(1))
        .toList();
  }

  @Test
  void manyNamesAreAllThere() {
    List<String> names = IntStream.range(0, 40).mapToObj(i -> "gene+protein+" + i).toList();
    assertThat(texts(names)).containsAll(names);
  }

  @Test
  void aNameThatIsTooLongKeepsItsEnds() {
    assertThat(texts(List.of("first+" + "much+".repeat(40) + "last")))
        .anySatisfy(text -> assertThat(text).startsWith("first+").contains("…").endsWith("+last"));
  }

  @Test
  void aFewPointsAreAllSeen() {
    assertThat(height(8)).isLessThan(2);
  }
}
