package io.braid.evaluation;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.braid.figure.Figure;
import io.braid.figure.SvgPlot;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.web.util.HtmlUtils;

/** A report as a table, and as a page that needs nothing else. */
final class ReportFormats {
  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1560px; padding: 0 1rem; }
      svg { max-width: 100%; height: auto; }
      table { border-collapse: collapse; font-size: 13px; }
      td, th { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: right; }
      td:first-child, th:first-child { text-align: left; }\
      """;

  private ReportFormats() {}

  /** A header and a row a cell, as RFC 4180 has it. */
  static String csv(SweepReport report) {
    var text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().build(text)) {
      rows(report).forEach(writer::writeRecord);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** A header and a row a point. */
  static String csv(Figure figure) {
    var text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().build(text)) {
      writer.writeRecord("panel", "line", "x", "mean", "deviation", "seeds");
      for (Figure.Panel panel : figure.panels()) {
        for (Figure.Series line : panel.series()) {
          for (Figure.Point point : line.points()) {
            writer.writeRecord(
                panel.title(),
                line.name(),
                Double.toString(point.x()),
                Double.toString(point.mean()),
                point.deviation() == null ? "" : point.deviation().toString(),
                Integer.toString(point.seeds()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static List<List<String>> rows(SweepReport report) {
    Map<String, String> columns = report.columns();
    var rows = new ArrayList<List<String>>();
    var header = new ArrayList<>(List.of("job", "state", "architecture", "modal_sparsity", "seed"));
    List<String> axes =
        report.sweep().axes().keySet().stream().filter(axis -> !header.contains(axis)).toList();
    header.addAll(axes);
    header.addAll(columns.keySet());
    rows.add(header);
    for (SweepReport.Cell cell : report.cells()) {
      var row = new ArrayList<String>();
      row.add(cell.run().job());
      row.add(cell.run().state());
      row.add(cell.run().spec().architecture().toString());
      row.add(Double.toString(cell.sparsity()));
      row.add(Long.toString(cell.run().spec().seed()));
      axes.forEach(axis -> row.add(String.valueOf(cell.run().cell().get(axis))));
      for (String pointer : columns.values()) {
        var number = cell.metric(pointer);
        row.add(number.isPresent() ? Double.toString(number.getAsDouble()) : "");
      }
      rows.add(row);
    }
    return rows;
  }

  /** The figures, a table of the cells, and the numbers as JSON. */
  static String html(SweepReport report, String json) {
    var page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(HtmlUtils.htmlEscape(report.sweep().id()))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("\n</style></head>\n<body>\n<h1>")
        .append(HtmlUtils.htmlEscape(report.sweep().id()))
        .append("</h1>\n<p>")
        .append(HtmlUtils.htmlEscape(summary(report)))
        .append("</p>\n");
    for (Figure figure : report.figures()) {
      page.append(SvgPlot.of(figure).replaceFirst("(?s)^.*?<svg", "<svg")).append('\n');
    }
    table(rows(report), page);
    return page.append("<script type=\"application/json\" id=\"report\">")
        .append(json.replace("<", "\\u003c"))
        .append("</script>\n</body></html>\n")
        .toString();
  }

  private static String summary(SweepReport report) {
    long known = report.cells().stream().filter(cell -> !cell.metrics().isEmpty()).count();
    return """
    %d of %d cells are measured; %s. Lines are means over seeds, bars their standard deviation \
    where a line has few points; the steep start of a long one leaves the top.\
    """
        .formatted(known, report.cells().size(), report.state());
  }

  private static void table(List<List<String>> rows, StringBuilder page) {
    page.append("<table>\n");
    for (int i = 0; i < rows.size(); i++) {
      String tag = i == 0 ? "th" : "td";
      page.append("<tr>");
      for (String text : rows.get(i)) {
        page.append('<').append(tag).append('>').append(HtmlUtils.htmlEscape(text));
        page.append("</").append(tag).append('>');
      }
      page.append("</tr>\n");
    }
    page.append("</table>\n");
  }
}
