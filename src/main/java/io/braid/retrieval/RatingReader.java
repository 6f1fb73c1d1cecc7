package io.braid.retrieval;

import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import io.braid.retrieval.SearchRequest.Rating;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads how a search uses confidence: {@code score}, {@code order_by}, {@code min_confidence}. */
final class RatingReader {
  private final List<Fault> faults;
  private boolean isCalibrated;
  private boolean isByConfidence;
  private Optional<Double> minConfidence = Optional.empty();

  /**
   * @param faults takes what is wrong
   */
  RatingReader(List<Fault> faults) {
    this.faults = faults;
  }

  void readScore(JsonNode value) {
    isCalibrated = choice("/score", value, "cosine", "calibrated");
  }

  void readOrder(JsonNode value) {
    isByConfidence = choice("/order_by", value, "score", "confidence");
  }

  void readMinConfidence(JsonNode value) {
    minConfidence =
        value.isNull()
            ? Optional.empty()
            : Optional.of(
                Json.field("min_confidence", value, faults).number("min_confidence", 0, 0, 1));
  }

  /** Any of the three asks for confidences. */
  Optional<Rating> rating() {
    return isCalibrated || isByConfidence || minConfidence.isPresent()
        ? Optional.of(new Rating(isByConfidence, minConfidence.orElse(0.0)))
        : Optional.empty();
  }

  /** Whether the second of two words stands there; nothing is the first. */
  private boolean choice(String at, JsonNode value, String first, String second) {
    if (value.isNull() || value.asString("").equals(first)) {
      return false;
    }
    if (!value.asString("").equals(second)) {
      Json.fault(
          at, ConfigObject.shown(value) + ", expected '" + first + "' or '" + second + "'", faults);
    }
    return true;
  }
}
