package io.braid.retrieval;

import java.util.Locale;

/**
 * How likely a hit is to be the item that belongs to the query.
 *
 * @param probability 0 to 1
 * @param basis what it rests on
 */
record Confidence(double probability, Basis basis) {
  enum Basis {
    /** Scores of matches with these modalities, or of pairs like them. */
    FITTED,
    /** Scores of all pairs together, or assumptions alone: not to be trusted. */
    FALLBACK;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
