package io.braid.encoder;

/**
 * What training makes better, besides what is published.
 *
 * @param views subset views of each sample; 0 is as published
 * @param publishedNegatives whether a sample without a modality is a negative where that modality
 *     is contrasted, with the vector that the published code gives it
 */
public record Objective(int views, boolean publishedNegatives) {
  /** Up to this many views a sample. */
  public static final int MAX_VIEWS = 64;

  public Objective {
    if (views < 0 || views > MAX_VIEWS) {
      throw new IllegalArgumentException(views + " views, expected 0 to " + MAX_VIEWS);
    }
  }
}
