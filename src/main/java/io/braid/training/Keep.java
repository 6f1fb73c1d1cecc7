package io.braid.training;

import java.util.Locale;

/** Which epoch's weights a run keeps. */
public enum Keep {
  /** Those of the lowest test loss. */
  BEST,
  /** Those of the last epoch, whatever the test split says: nothing is chosen by it. */
  LAST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
