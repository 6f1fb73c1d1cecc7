package io.braid.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How a line is drawn, in a plot and in its legend. Lines differ in colour, marker and dashes, and
 * the colours are those of Okabe and Ito (2008), which the colour-blind tell apart.
 */
record LineLook(Color color, Marker marker, BasicStroke stroke) {
  /** Size of a marker, in pixels. */
  static final int MARKER = 6;

  private static final List<Color> COLORS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9),
          new Color(0x000000));

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.CROSS);

  /** Of the i-th line of a plot. */
  static LineLook of(int i, boolean hasMarkers) {
    float dash = 2 + 3f * (i % 3);
    return new LineLook(
        COLORS.get(i % COLORS.size()),
        hasMarkers ? MARKERS.get(i % MARKERS.size()) : SeriesMarkers.NONE,
        i % 3 == 0
            ? new BasicStroke(1.8f)
            : new BasicStroke(
                1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {dash, 3}, 0));
  }
}
