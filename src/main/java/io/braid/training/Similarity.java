package io.braid.training;

import java.util.Locale;

/** What is called similar where embeddings are contrasted. */
public enum Similarity {
  /** As published: the plain product, which long embeddings win. */
  PRODUCT,
  /** The product at unit length, by which embeddings are searched. */
  COSINE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
