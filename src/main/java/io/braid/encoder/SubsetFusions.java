package io.braid.encoder;

import io.braid.attribution.Coalitions;
import io.braid.attribution.Shares;
import java.util.List;

/**
 * What the fusion of a sample would be if it had fewer modalities: exactly what it is of a sample
 * without the others.
 *
 * @param coalitions of the present modalities that a fusion rests on
 * @param vectors the fusion of each of them, at unit length. That of nobody is what the root's
 *     fusion tokens make of themselves; zero in EAO, whose fusion is a mean of what is there
 */
public record SubsetFusions(Coalitions coalitions, List<Vector> vectors) {
  public SubsetFusions {
    vectors = vectors.stream().map(Vector::normalized).toList();
  }

  /** The fusion of no modality: what shares of the shift are measured from. */
  public Vector none() {
    return vectors.getFirst();
  }

  /** The fusion of all of them. */
  public Vector whole() {
    return vectors.getLast();
  }

  /**
   * What each modality contributes to the way from the fusion of none to that of all, of which a
   * subset has come as far as its fusion lies along it: they sum to 1, or to 0 if there is no way.
   */
  public Shares sharesOfShift() {
    double square = along(whole());
    return coalitions.shares(i -> square < 1e-12 ? 0 : along(vectors.get(i)) / square);
  }

  /** (vector - none) . (whole - none) */
  private double along(Vector vector) {
    double sum = 0;
    for (int i = 0; i < vector.size(); i++) {
      sum += ((double) vector.get(i) - none().get(i)) * ((double) whole().get(i) - none().get(i));
    }
    return sum;
  }
}
