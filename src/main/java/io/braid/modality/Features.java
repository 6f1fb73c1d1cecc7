package io.braid.modality;

/**
 * The data of one modality of one sample, before any weight touches it: its unpadded tokens and
 * nothing else. A cell, token or patch that is missing is not in here, so it costs nothing.
 */
public sealed interface Features {
  /**
   * Present cells of a table's row.
   *
   * @param columns column of each cell, in the order of the tokens
   * @param values value of each cell, {@code [length, 1]}
   */
  record Cells(IntVector columns, FloatMatrix values) implements Features {}

  /** Steps of a sequence, {@code [length, features]}; the position of a step is its row. */
  record Steps(FloatMatrix rows) implements Features {}

  /**
   * Tokens of a vocabulary.
   *
   * @param ids token ids, at least 1 (0 is padding, as published)
   * @param positions place of each token in the sequence it came from
   */
  record TokenIds(IntVector ids, IntVector positions) implements Features {}

  /**
   * Patches of a matrix.
   *
   * @param positions row-major place of each patch
   * @param rows cells of each patch, row-major, {@code [length, cells of a patch]}
   */
  record Patches(IntVector positions, FloatMatrix rows) implements Features {}

  /** Tokens this modality occupies, at least 1. */
  default int length() {
    return switch (this) {
      case Cells(var columns, _) -> columns.size();
      case Steps(var rows) -> rows.rows();
      case TokenIds(var ids, _) -> ids.size();
      case Patches(var positions, _) -> positions.size();
    };
  }
}
