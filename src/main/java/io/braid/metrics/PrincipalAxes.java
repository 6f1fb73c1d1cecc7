package io.braid.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The directions in which vectors differ most, orthogonal, the one of the largest variance first.
 * Of each, the sign is such that its largest element is positive, so that the same vectors give the
 * same axes.
 *
 * <p>Source: Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space" (1901).
 */
public final class PrincipalAxes {
  private final double[] mean;

  /** Rows of unit length. */
  private final double[][] axes;

  private final List<Double> explained;

  private PrincipalAxes(double[] mean, double[][] axes, List<Double> explained) {
    this.mean = mean;
    this.axes = axes;
    this.explained = List.copyOf(explained);
  }

  /**
   * Of N vectors of D elements each, N at least 1. A copy [N,D] of them and matrices [D,D] are held
   * meanwhile.
   *
   * @param most axes, fewer where D is less
   */
  public static PrincipalAxes of(List<float[]> vectors, int most) {
    int dim = vectors.getFirst().length;
    var mean = new double[dim];
    for (float[] vector : vectors) {
      for (int i = 0; i < dim; i++) {
        mean[i] += vector[i] / (double) vectors.size();
      }
    }
    var centred = new DMatrixRMaj(vectors.size(), dim);
    for (int row = 0; row < vectors.size(); row++) {
      for (int i = 0; i < dim; i++) {
        centred.unsafe_set(row, i, vectors.get(row)[i] - mean[i]);
      }
    }
    var scatter = new DMatrixRMaj(dim, dim);
    CommonOps_DDRM.multInner(centred, scatter);
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(dim, true, true); // symmetric
    if (!eigen.decompose(scatter)) {
      throw new IllegalStateException("no eigenvectors of a scatter matrix; this is a bug");
    }
    double all = CommonOps_DDRM.trace(scatter);
    List<Integer> largest =
        IntStream.range(0, dim)
            .boxed()
            .sorted(
                Comparator.comparing((Integer i) -> eigen.getEigenvalue(i).getReal()).reversed())
            .limit(most)
            .toList();
    return new PrincipalAxes(
        mean,
        largest.stream()
            .map(i -> signed(eigen.getEigenVector(i).getData()))
            .toArray(double[][]::new),
        largest.stream()
            .map(i -> all > 0 ? Math.max(0, eigen.getEigenvalue(i).getReal()) / all : 0)
            .toList());
  }

  private static double[] signed(double[] axis) {
    double largest = 0;
    for (double element : axis) {
      largest = Math.abs(element) > Math.abs(largest) ? element : largest;
    }
    double sign = largest < 0 ? -1 : 1;
    return IntStream.range(0, axis.length).mapToDouble(i -> sign * axis[i]).toArray();
  }

  /** The part of the variance along each axis, 0 to 1. */
  public List<Double> explained() {
    return explained;
  }

  /**
   * Where a vector of D elements lies, from the mean.
   *
   * @return one coordinate an axis
   */
  public List<Double> position(float[] vector) {
    return Arrays.stream(axes).map(axis -> along(axis, vector)).toList();
  }

  private double along(double[] axis, float[] vector) {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      sum += (vector[i] - mean[i]) * axis[i];
    }
    return sum;
  }
}
