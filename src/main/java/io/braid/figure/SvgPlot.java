package io.braid.figure;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.w3c.dom.Document;

/** Figures as SVG. */
public final class SvgPlot {
  /** Media type of a figure. */
  public static final String MEDIA_TYPE = "image/svg+xml";

  private static final int WIDTH = 380;

  /** Of a panel without its legend. */
  private static final int HEIGHT = 275;

  private static final int COLUMNS = 4;
  private static final int TITLE = 30;

  /** Points of a line beyond which it has no markers and no deviations: they would hide it. */
  private static final int MAX_MARKED = 12;

  private static final String SVG = "http://www.w3.org/2000/svg";

  private SvgPlot() {}

  /** A figure with its panels, four in a row; a word in place of them where nothing is known. */
  public static String of(Figure figure) {
    List<Figure.Panel> panels = figure.panels().stream().filter(panel -> !panel.isEmpty()).toList();
    int columns = Math.clamp(panels.size(), 1, COLUMNS);
    int rows = Math.max(1, Math.ceilDiv(panels.size(), columns));
    var graphics = new SVGGraphics2D(context(), false);
    List<Legend> legends = panels.stream().map(panel -> Legend.of(panel, WIDTH, graphics)).toList();
    int height = HEIGHT + legends.stream().mapToInt(Legend::height).max().orElse(0);
    graphics.setSVGCanvasSize(new Dimension(columns * WIDTH, TITLE + rows * height));
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, columns * WIDTH, TITLE + rows * height);
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    graphics.drawString(figure.title() + (panels.isEmpty() ? ": nothing yet" : ""), 12, 20);
    for (int i = 0; i < panels.size(); i++) {
      var place = (SVGGraphics2D) graphics.create();
      place.translate(i % columns * WIDTH, TITLE + i / columns * height);
      chart(panels.get(i)).paint(place, WIDTH, HEIGHT);
      place.translate(0, HEIGHT);
      legends.get(i).paint(place);
      place.dispose();
    }
    try (var text = new StringWriter()) {
      graphics.stream(text, true);
      // Several may stand in one page, where an id is to be there once.
      return text.toString().replaceAll("(id=\"|url\\(#)", "$1figure" + figure.figure() + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SVGGeneratorContext context() {
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
    context.setPrecision(2);
    return context;
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newDefaultNSInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every Java has an XML parser", e);
    }
  }

  private static XYChart chart(Figure.Panel panel) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(panel.title())
            .xAxisTitle(panel.x())
            .yAxisTitle(panel.y() == null ? "" : panel.y())
            .build();
    var styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(0xE5E5E5));
    styler.setPlotBorderVisible(false);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setYAxisTitleVisible(panel.y() != null);
    styler.setLegendVisible(false); // which XChart cuts off; see Legend
    styler.setMarkerSize(LineLook.MARKER);
    styler.setXAxisMaxLabelCount(8);
    styler.setErrorBarsColorSeriesColor(true);
    styler.setXAxisDecimalPattern("#0.###");
    styler.setYAxisDecimalPattern("#0.###");
    for (int i = 0; i < panel.series().size(); i++) {
      Figure.Series series = panel.series().get(i);
      if (!series.points().isEmpty()) {
        draw(chart, series, i);
      }
    }
    top(panel).ifPresent(styler::setYAxisMax);
    onlyX(panel)
        .ifPresent(x -> {
          chart.setXAxisTitle("%s: %s".formatted(panel.x(), x));
          styler.setXAxisTicksVisible(false);
        });
    return chart;
  }

  /** The one place that all points have, which makes no scale. */
  private static OptionalDouble onlyX(Figure.Panel panel) {
    double[] all =
        panel.series().stream()
            .flatMap(series -> series.points().stream())
            .mapToDouble(Figure.Point::x)
            .distinct()
            .toArray();
    return all.length == 1 ? OptionalDouble.of(all[0]) : OptionalDouble.empty();
  }

  /**
   * Where long lines are cut off: a loss falls steeply in its first epochs, which would press all
   * that follows into one line. What is above after the first quarter is still seen.
   */
  private static OptionalDouble top(Figure.Panel panel) {
    return panel.series().stream()
        .map(Figure.Series::points)
        .filter(points -> points.size() > MAX_MARKED)
        .flatMap(points -> points.subList(points.size() / 4, points.size()).stream())
        .mapToDouble(Figure.Point::mean)
        .max();
  }

  /** Whether points are told apart. */
  static boolean isFew(Figure.Series series) {
    return series.points().size() <= MAX_MARKED;
  }

  private static void draw(XYChart chart, Figure.Series series, int i) {
    List<Figure.Point> points = series.points();
    boolean isFew = isFew(series);
    XYSeries drawn =
        chart.addSeries(
            series.name(),
            points.stream().map(Figure.Point::x).toList(),
            points.stream().map(Figure.Point::mean).toList(),
            isFew
                ? points.stream().map(p -> p.deviation() == null ? 0.0 : p.deviation()).toList()
                : null);
    LineLook look = LineLook.of(i, isFew);
    drawn.setLineColor(look.color());
    drawn.setMarkerColor(look.color());
    drawn.setMarker(look.marker());
    drawn.setLineStyle(look.stroke());
  }
}
