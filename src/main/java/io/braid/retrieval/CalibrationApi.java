package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.calibration.Calibration;
import io.braid.calibration.Curve;
import io.braid.calibration.Reliability;
import io.braid.calibration.ScoreCounts;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON of calibrations. */
interface CalibrationApi {
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
                  "Matches that were drawn; where they are few the curve leans on pairs like it",
              example = "88")
          int matches,
      @Schema(
              description =
                  "From each score on: how much likelier it is of a match than of another")
          List<PointBody> curve) {
    static PairBody of(Calibration calibration, ScoreCounts.OfPair of) {
      return new PairBody(
          of.pair().query(),
          of.pair().item(),
          of.numMatches(),
          calibration.curve(of.pair()).points().stream().map(PointBody::of).toList());
    }
  }

  @Schema(name = "CalibrationPoint")
  record PointBody(
      @Schema(description = "From which on the ratio holds", example = "0.61") double score,
      @Schema(example = "4.2") double ratio) {
    static PointBody of(Curve.Point point) {
      return new PointBody(point.score(), point.ratio());
    }
  }
}
