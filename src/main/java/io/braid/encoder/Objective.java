package io.braid.encoder;

/**
 * What training makes better, besides what is published.
 *
 * @param views subset views of each sample; 0 is as published
 * @param publishedNegatives whether a sample without a modality is a negative where that modality
 *     is contrasted, with the vector that the published code gives it
 * @param cosine whether embeddings are contrasted by their cosines, as they are searched; false is
 *     as published: by their plain products
 */
public record Objective(int views, boolean publishedNegatives, boolean cosine) {
  /** Up to this many views a sample. */
  public static final int MAX_VIEWS = 64;

  public Objective {
    if (views < 0 || views > MAX_VIEWS) {
      throw new IllegalArgumentException(views + " views, expected 0 to " + MAX_VIEWS);
    }
  }
}
