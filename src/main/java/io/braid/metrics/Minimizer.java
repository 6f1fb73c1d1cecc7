package io.braid.metrics;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Finds where a smooth convex function is least, by L-BFGS with a line search that halves the step.
 *
 * <p>Source: Nocedal and Wright, "Numerical Optimization" (2006), algorithm 7.4. The rule: it ends
 * where an iteration lowers the value by less than {@code 1e-9} of it, where no step lowers it, or
 * after 1000 iterations.
 */
final class Minimizer {
  /** A function and its gradient. */
  interface Objective {
    /**
     * The value at a point.
     *
     * @param gradient is filled in, as long as {@code point}
     */
    double at(double[] point, double[] gradient);
  }

  private static final double TOLERANCE = 1e-9;
  private static final int MAX_ITERATIONS = 1000;
  private static final int MAX_HALVINGS = 40;
  private static final int MEMORY = 10;

  /** Part of the decrease that the gradient promises which a step must bring. */
  private static final double SUFFICIENT = 1e-4;

  /** A step that was taken, and how the gradient changed on it. */
  private record Step(double[] taken, double[] change, double inverse) {}

  private final Objective objective;
  private final Deque<Step> steps = new ArrayDeque<>();
  private double[] point;
  private double[] gradient;
  private double value;

  private Minimizer(Objective objective, int size) {
    this.objective = objective;
    this.point = new double[size];
    this.gradient = new double[size];
    this.value = objective.at(point, gradient);
  }

  /**
   * The point of the least value, searched from the origin.
   *
   * @param look called after each iteration; may end it by an exception
   */
  static double[] minimize(Objective objective, int size, Runnable look) {
    var search = new Minimizer(objective, size);
    double before = Double.POSITIVE_INFINITY;
    for (int i = 0;
        i < MAX_ITERATIONS && before - search.value >= TOLERANCE * Math.abs(search.value);
        i++) {
      before = search.value;
      if (!search.step()) {
        break;
      }
      look.run();
    }
    return search.point;
  }

  private boolean step() {
    double[] direction = direction();
    double slope = dot(direction, gradient);
    if (!(slope < 0)) {
      return false;
    }
    // The first direction is the gradient, whose length says nothing of how far to go.
    double length = steps.isEmpty() ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    var next = new double[point.length];
    var nextGradient = new double[point.length];
    for (int i = 0; i < MAX_HALVINGS; i++) {
      for (int d = 0; d < next.length; d++) {
        next[d] = point[d] + length * direction[d];
      }
      double nextValue = objective.at(next, nextGradient);
      if (nextValue <= value + SUFFICIENT * length * slope) {
        remember(next, nextGradient);
        point = next;
        gradient = nextGradient;
        value = nextValue;
        return true;
      }
      length /= 2;
    }
    return false;
  }

  private void remember(double[] next, double[] nextGradient) {
    var taken = new double[next.length];
    var change = new double[next.length];
    for (int d = 0; d < next.length; d++) {
      taken[d] = next[d] - point[d];
      change[d] = nextGradient[d] - gradient[d];
    }
    double curvature = dot(taken, change);
    if (curvature > 0) {
      steps.addLast(new Step(taken, change, 1 / curvature));
      if (steps.size() > MEMORY) {
        steps.removeFirst();
      }
    }
  }

  /** Minus the inverse Hessian, as the last steps tell it, times the gradient. */
  private double[] direction() {
    double[] direction = gradient.clone();
    var factors = new ArrayDeque<Double>();
    for (Iterator<Step> latest = steps.descendingIterator(); latest.hasNext(); ) {
      Step step = latest.next();
      double factor = step.inverse * dot(step.taken, direction);
      add(direction, -factor, step.change);
      factors.push(factor);
    }
    if (!steps.isEmpty()) {
      Step last = steps.getLast();
      scale(direction, 1 / last.inverse / dot(last.change, last.change));
    }
    for (Step step : steps) {
      double factor = factors.pop() - step.inverse * dot(step.change, direction);
      add(direction, factor, step.taken);
    }
    scale(direction, -1);
    return direction;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int d = 0; d < x.length; d++) {
      sum += x[d] * y[d];
    }
    return sum;
  }

  private static void add(double[] x, double factor, double[] y) {
    for (int d = 0; d < x.length; d++) {
      x[d] += factor * y[d];
    }
  }

  private static void scale(double[] x, double factor) {
    for (int d = 0; d < x.length; d++) {
      x[d] *= factor;
    }
  }
}
