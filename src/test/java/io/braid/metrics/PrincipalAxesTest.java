package io.braid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrincipalAxesTest {
  /** Points whose deviations along two known directions are 3 and 1, about (5, -2, 1). */
  private static List<float[]> cloud() {
    var random = new Random(1);
    var points = new ArrayList<float[]>();
    for (int i = 0; i < 20_000; i++) {
      double far = 3 * random.nextGaussian();
      double near = random.nextGaussian();
      points.add(
          new float[] {
            (float) (5 + 0.6 * far - 0.8 * near), (float) (-2 + 0.8 * far + 0.6 * near), 1
          });
    }
    return points;
  }

  @Test
  void theFirstAxisIsTheDirectionOfTheLargestVariance() {
    PrincipalAxes axes = PrincipalAxes.of(cloud(), 2);
    assertThat(axes.explained().get(0)).isCloseTo(0.9, within(0.01));
    assertThat(axes.explained().get(1)).isCloseTo(0.1, within(0.01));
    List<Double> along = axes.position(new float[] {5.6f, -1.2f, 1});
    assertThat(along.get(0)).isCloseTo(1, within(0.1));
    assertThat(along.get(1)).isCloseTo(0, within(0.1));
  }

  @Test
  void allAxesTogetherKeepDistances() {
    List<float[]> points = cloud();
    PrincipalAxes axes = PrincipalAxes.of(points, 3);
    List<Double> a = axes.position(points.get(3));
    List<Double> b = axes.position(points.get(9));
    double distance = 0;
    double expected = 0;
    for (int i = 0; i < 3; i++) {
      distance += Math.pow(a.get(i) - b.get(i), 2);
      expected += Math.pow((double) points.get(3)[i] - points.get(9)[i], 2);
    }
    assertThat(distance).isCloseTo(expected, within(1e-6));
  }

  @Test
  void theSamePointsGiveTheSameAxesInAnyOrder() {
    List<float[]> points = cloud();
    List<Double> forward = PrincipalAxes.of(points, 2).position(points.getFirst());
    List<Double> backward = PrincipalAxes.of(points.reversed(), 2).position(points.getFirst());
    for (int axis = 0; axis < 2; axis++) {
      assertThat(forward.get(axis)).isCloseTo(backward.get(axis), within(1e-6));
    }
  }

  @Test
  void onePointLiesAtTheOrigin() {
    PrincipalAxes axes = PrincipalAxes.of(List.of(new float[] {1, 2}), 5);
    assertThat(axes.explained()).containsExactly(0.0, 0.0);
    assertThat(axes.position(new float[] {1, 2})).containsExactly(0.0, 0.0);
  }
}
