package io.braid.figure;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;

/**
 * The names of a panel's lines, in as many rows as they need. A name that does not fit into a row
 * loses its middle: what tells lines apart is mostly at an end.
 *
 * @param height in pixels
 */
record Legend(List<Entry> entries, int height) {
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final int MARGIN = 12;
  private static final int ROW = 17;

  /** Of the piece of a line before its name, and of the space about it. */
  private static final int LINE = 24;

  private static final int GAP = 6;
  private static final int BETWEEN = 14;

  Legend {
    entries = List.copyOf(entries);
  }

  /**
   * A line's name and where it stands.
   *
   * @param y of the row's middle
   */
  record Entry(String name, LineLook look, int x, int y) {}

  /**
   * @param width of the panel, in pixels
   */
  static Legend of(Figure.Panel panel, int width, Graphics2D graphics) {
    FontMetrics metrics = graphics.getFontMetrics(FONT);
    var entries = new ArrayList<Entry>();
    int x = MARGIN;
    int y = ROW / 2;
    for (int i = 0; i < panel.series().size(); i++) {
      Figure.Series series = panel.series().get(i);
      if (!series.points().isEmpty()) {
        String name = fitting(series.name(), width - 2 * MARGIN - LINE - GAP, metrics);
        int needed = LINE + GAP + metrics.stringWidth(name);
        if (x > MARGIN && x + needed > width - MARGIN) {
          x = MARGIN;
          y += ROW;
        }
        entries.add(new Entry(name, LineLook.of(i, SvgPlot.isFew(series)), x, y));
        x += needed + BETWEEN;
      }
    }
    return new Legend(entries, y + ROW);
  }

  private static String fitting(String name, int width, FontMetrics metrics) {
    String fitting = name;
    for (int left = name.length() - 1; metrics.stringWidth(fitting) > width && left > 1; left--) {
      fitting =
          name.substring(0, Math.ceilDiv(left, 2)) + "…" + name.substring(name.length() - left / 2);
    }
    return fitting;
  }

  void paint(Graphics2D graphics) {
    FontMetrics metrics = graphics.getFontMetrics(FONT);
    graphics.setFont(FONT);
    for (Entry entry : entries) {
      graphics.setColor(entry.look().color());
      graphics.setStroke(entry.look().stroke());
      graphics.drawLine(entry.x(), entry.y(), entry.x() + LINE, entry.y());
      entry.look().marker().paint(graphics, entry.x() + LINE / 2.0, entry.y(), LineLook.MARKER);
      graphics.setColor(Color.BLACK);
      graphics.drawString(
          entry.name(),
          entry.x() + LINE + GAP,
          entry.y() + (metrics.getAscent() - metrics.getDescent()) / 2);
    }
  }
}
