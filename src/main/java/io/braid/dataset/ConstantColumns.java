package io.braid.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** Finds the columns of a table that say the same wherever they say anything. */
final class ConstantColumns {
  /** What each column said first, NaN before. */
  private final float[] first;

  private final boolean[] varies;

  ConstantColumns(int columns) {
    this.first = new float[columns];
    Arrays.fill(first, Float.NaN);
    this.varies = new boolean[columns];
  }

  /**
   * @param value NaN where the cell is missing
   */
  void see(int column, float value) {
    if (!Float.isNaN(value)) {
      varies[column] |= !Float.isNaN(first[column]) && first[column] != value;
      first[column] = Float.isNaN(first[column]) ? value : first[column];
    }
  }

  List<ConstantColumn> named(String modality, IntFunction<String> name) {
    var constant = new ArrayList<ConstantColumn>();
    for (int c = 0; c < first.length; c++) {
      if (!varies[c] && !Float.isNaN(first[c])) {
        constant.add(new ConstantColumn(modality, name.apply(c), first[c]));
      }
    }
    return constant;
  }
}
