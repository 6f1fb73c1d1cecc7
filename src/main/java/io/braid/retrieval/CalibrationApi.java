package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.calibration.Calibration;
import io.braid.calibration.Curve;
import io.braid.calibration.Reliability;
import io.braid.calibration.ScoreCounts;
import io.braid.figure.Figure;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON of calibrations, and their picture. */
interface CalibrationApi {
  /** Hits from which on a part of them says something. */
  int FEWEST_SHOWN = 20;

  @Schema(name = "Calibration")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Body(
      @Schema(example = "demo") String collection,
      @Schema(
              description =
                  "`fallback` where too few matches could be seen: confidences rest on an"
                      + " assumption; `none` until a search asks for confidence",
              allowableValues = {"fitted", "fallback", "none"})
          String state,
      @Schema(description = "Whether it is being fitted now") boolean fitting,
      @Schema(description = "Grows with each fit", example = "2") @Nullable Integer version,
      @Nullable Instant fittedAt,
      @Schema(description = "Items of the collection when it was fitted", example = "3000")
          @Nullable Long items,
      @Schema(description = "Items whose samples it was fitted on", example = "1024")
          @Nullable Integer samples,
      @Schema(
              description =
                  "How confidences came true of samples that took no part in the fit: the best ten"
                      + " hits of queries by some subset of a stored sample")
          @Nullable ReliabilityBody reliability,
      @Schema(description = "Which modalities items have, the most common first")
          @Nullable List<FormBody> forms,
      @Schema(description = "What scores are worth, by the modalities of query and item")
          @Nullable List<PairBody> pairs) {

    static Body of(OpenCollection collection, Optional<FittedCalibration> found, boolean fitting) {
      String name = collection.stored().name();
      return found
          .map(fitted ->
              new Body(
                  name,
                  fitted.calibration().isMeasured() ? "fitted" : "fallback",
                  fitting,
                  fitted.version(),
                  fitted.fittedAt(),
                  fitted.items(),
                  fitted.samples(),
                  fitted.trial().map(trial -> ReliabilityBody.of(trial.reliability())).orElse(null),
                  fitted.forms().stream()
                      .map(form -> new FormBody(form.modalities(), form.items()))
                      .toList(),
                  pairs(fitted.calibration())))
          .orElseGet(
              () -> new Body(name, "none", fitting, null, null, null, null, null, null, null));
    }

    private static List<PairBody> pairs(Calibration calibration) {
      return calibration.isMeasured()
          ? calibration.counts().pairs().stream().map(of -> PairBody.of(calibration, of)).toList()
          : List.of();
    }
  }

  @Schema(name = "CalibrationForm")
  record FormBody(
      @Schema(description = "Those a fusion rests on, in schema order") List<String> modalities,
      @Schema(example = "412") long items) {}

  @Schema(name = "CalibrationReliability")
  record ReliabilityBody(
      @Schema(
              description = "Expected calibration error: mean distance of told and seen",
              example = "0.01")
          double error,
      @Schema(description = "Tenths of the confidence that have hits") List<BinBody> bins) {
    static ReliabilityBody of(Reliability reliability) {
      return new ReliabilityBody(
          reliability.error(),
          reliability.bins().stream()
              .map(bin -> new BinBody(bin.hits(), bin.told(), bin.seen()))
              .toList());
    }
  }

  @Schema(name = "CalibrationBin")
  record BinBody(
      @Schema(example = "215") long hits,
      @Schema(description = "Mean confidence of these hits", example = "0.54") double told,
      @Schema(description = "Part of them that were the match", example = "0.56") double seen) {}

  @Schema(name = "CalibrationPair")
  record PairBody(
      List<String> query,
      List<String> item,
      @Schema(
              description =
                  "Matches that were drawn, some dozens at most; with few of them the curve leans"
                      + " on pairs like it",
              example = "88")
          int matches,
      @Schema(
              description =
                  "From each score on: how much likelier it is of a match than of another")
          List<Curve.Point> curve) {
    static PairBody of(Calibration calibration, ScoreCounts.OfPair of) {
      return new PairBody(
          of.pair().query(),
          of.pair().item(),
          of.numMatches(),
          calibration.curve(of.pair()).points());
    }
  }

  /** Reliability, and what scores say of the most common items to queries of growing subsets. */
  static Figure figure(FittedCalibration fitted) {
    var panels = new ArrayList<Figure.Panel>();
    fitted.trial().ifPresent(trial -> panels.add(reliabilityPanel(trial.reliability())));
    fitted.forms().stream()
        .limit(3)
        .forEach(form -> panels.add(curvesPanel(fitted.calibration(), form.modalities())));
    return new Figure(1, "Calibration", panels);
  }

  private static Figure.Panel reliabilityPanel(Reliability reliability) {
    List<Figure.Point> seen =
        reliability.bins().stream()
            .filter(bin -> bin.hits() >= FEWEST_SHOWN)
            .map(bin -> point(bin.told(), bin.seen()))
            .toList();
    return new Figure.Panel(
        "part of hits that were the match",
        "confidence told",
        List.of(
            new Figure.Series("seen", seen),
            new Figure.Series("exact", List.of(point(0, 0), point(1, 1)))));
  }

  private static Figure.Panel curvesPanel(Calibration calibration, List<String> item) {
    var series = new ArrayList<Figure.Series>();
    for (ScoreCounts.OfPair of : calibration.counts().pairs()) {
      List<String> query = of.pair().query();
      boolean isPrefix = item.size() >= query.size() && item.subList(0, query.size()).equals(query);
      if (of.pair().item().equals(item) && isPrefix) {
        series.add(
            new Figure.Series(
                String.join("+", query),
                calibration.curve(of.pair()).points().stream()
                    .filter(rise -> rise.ratio() > 0)
                    .map(rise -> point(rise.score(), Math.log10(rise.ratio())))
                    .toList()));
      }
    }
    return new Figure.Panel(
        "items with " + String.join("+", item),
        "cosine; up: log10 of how much likelier of a match",
        series);
  }

  private static Figure.Point point(double x, double y) {
    return new Figure.Point(x, y, null, 1);
  }
}
