package io.braid.retrieval;

import io.braid.index.Hit;
import java.util.Comparator;
import java.util.Optional;

/**
 * A hit, and what is told of it.
 *
 * @param confidence where it was asked for
 * @param explanation where it was asked for
 */
record Match(Hit hit, Optional<Confidence> confidence, Optional<Explanation> explanation) {
  static final Comparator<Match> BY_SCORE = Comparator.comparing(Match::hit, Hit.ORDER);

  static final Comparator<Match> BY_CONFIDENCE =
      Comparator.comparingDouble(Match::probability).reversed().thenComparing(BY_SCORE);

  static Match plain(Hit hit) {
    return new Match(hit, Optional.empty(), Optional.empty());
  }

  static Match rated(Hit hit, Confidence confidence) {
    return new Match(hit, Optional.of(confidence), Optional.empty());
  }

  Match explained(Optional<Explanation> why) {
    return new Match(hit, confidence, why);
  }

  /** That it is the match; 0 where that is not known. */
  double probability() {
    return confidence.map(Confidence::probability).orElse(0.0);
  }
}
