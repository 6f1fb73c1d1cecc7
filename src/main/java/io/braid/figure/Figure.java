package io.braid.figure;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A figure: panels beside each other.
 *
 * @param figure its number, which its ids in a page begin with
 */
@Schema(name = "Figure")
public record Figure(@Schema(example = "5") int figure, String title, List<Panel> panels) {
  public Figure {
    panels = List.copyOf(panels);
  }

  /**
   * @param x what the horizontal axis is
   * @param y what the vertical axis is, in pictures; null where the title says it
   */
  @Schema(name = "Panel")
  public record Panel(String title, String x, @JsonIgnore @Nullable String y, List<Series> series) {
    public Panel {
      series = List.copyOf(series);
    }

    public Panel(String title, String x, List<Series> series) {
      this(title, x, null, series);
    }

    boolean isEmpty() {
      return series.stream().allMatch(one -> one.points().isEmpty());
    }
  }

  /**
   * @param points by ascending x
   */
  @Schema(name = "Series")
  public record Series(@Schema(example = "mca") String name, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * @param deviation over seeds, or a standard error; null of a single one
   */
  @Schema(name = "Point")
  @JsonNaming(SnakeCaseStrategy.class)
  public record Point(
      double x,
      @Schema(description = "Over seeds") double mean,
      @Schema(description = "Standard deviation over seeds, where there are several")
          @Nullable Double deviation,
      @Schema(example = "3") int seeds) {
    /** Of a single one. */
    public Point(double x, double y) {
      this(x, y, null, 1);
    }
  }
}
