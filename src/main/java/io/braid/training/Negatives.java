package io.braid.training;

import java.util.Locale;

/** What a sample that lacks a modality counts as, where that modality is contrasted. */
public enum Negatives {
  /** Nothing: only embeddings that rest on something are negatives. */
  PRESENT,
  /** As published: a negative, with the meaningless vector that the padded form gives it. */
  PUBLISHED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
