package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.Curve;
import io.braid.calibration.Reliability;
import io.braid.calibration.ScoreCounts;
import io.braid.embedding.SubsetCounts;
import io.braid.figure.Figure;
import io.braid.figure.Figure.Panel;
import io.braid.figure.Figure.Point;
import io.braid.figure.Figure.Series;
import io.braid.retrieval.FittedCalibration.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The picture of a calibration: how confidences came true, and what scores are worth. */
final class CalibrationFigure {
  /** Hits from which on a part of them says something. */
  private static final int MIN_HITS = 20;

  /** Most forms of items whose scores are shown, the most common ones. */
  private static final int MAX_FORMS = 3;

  private CalibrationFigure() {}

  /** Reliability, and what scores say of the most common items to queries of growing subsets. */
  static Figure of(FittedCalibration fitted) {
    var panels = new ArrayList<Panel>();
    fitted.trial().ifPresent(trial -> panels.add(reliability(trial.reliability())));
    fitted.forms().stream()
        .limit(MAX_FORMS)
        .map(Form::modalities)
        .forEach(item -> panels.add(curves(fitted.calibration(), item)));
    return new Figure(1, "Calibration", panels);
  }

  private static Panel reliability(Reliability reliability) {
    List<Point> seen =
        reliability.bins().stream()
            .filter(bin -> bin.hits() >= MIN_HITS)
            .map(bin -> new Point(bin.told(), bin.seen(), standardError(bin), 1))
            .toList();
    return new Panel(
        "how confidences came true",
        "confidence told",
        "part of hits that were the match",
        List.of(
            new Series("seen", seen),
            new Series("exact", List.of(new Point(0, 0), new Point(1, 1)))));
  }

  /** As far as chance alone may have moved what was seen of so few hits. */
  private static double standardError(Reliability.Bin bin) {
    return Math.sqrt(bin.seen() * (1 - bin.seen()) / bin.hits());
  }

  private static Panel curves(Calibration calibration, List<String> item) {
    List<Series> series =
        calibration.counts().pairs().stream()
            .map(ScoreCounts.OfPair::pair)
            .filter(pair -> pair.item().equals(item) && beginsWith(item, pair.query()))
            .sorted(Comparator.comparing(pair -> pair.query().size()))
            .map(pair ->
                new Series(SubsetCounts.name(pair.query()), points(calibration.curve(pair))))
            .toList();
    return new Panel(
        "items with " + SubsetCounts.name(item),
        "cosine",
        "times likelier of a match, log10",
        series);
  }

  private static List<Point> points(Curve curve) {
    return curve.points().stream()
        .filter(rise -> rise.ratio() > 0)
        .map(rise -> new Point(rise.score(), Math.log10(rise.ratio())))
        .toList();
  }

  private static boolean beginsWith(List<String> all, List<String> first) {
    return all.size() >= first.size() && all.subList(0, first.size()).equals(first);
  }
}
