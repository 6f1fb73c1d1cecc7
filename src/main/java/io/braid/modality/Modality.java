package io.braid.modality;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** One kind of measurement of a sample, and how it becomes tokens. */
public sealed interface Modality {
  /** A name of the schema, unique in it. */
  String name();

  /** The most tokens that one sample may have of it. */
  int maxTokens();

  /** What its raw values become before the encoder sees them; empty where they stay raw. */
  default Optional<Standardization> standardization() {
    return Optional.empty();
  }

  /**
   * A row of a table, a token a column.
   *
   * @param columns names of the columns; where the schema gives only their number they are called
   *     {@code "0"}, {@code "1"}, ...
   * @param maxValue larger values are clamped to this one, after they were standardised
   */
  record Tabular(
      String name, List<String> columns, double maxValue, Optional<Standardization> standardization)
      implements Modality {
    public Tabular {
      columns = List.copyOf(columns);
      fits(name, standardization, columns.size());
    }

    public Tabular(String name, List<String> columns, double maxValue) {
      this(name, columns, maxValue, Optional.empty());
    }

    @Override
    public int maxTokens() {
      return columns.size();
    }
  }

  /** Steps of {@code features} numbers, a token a step. */
  record Sequence(
      String name, int features, int maxLength, Optional<Standardization> standardization)
      implements Modality {
    public Sequence {
      fits(name, standardization, features);
    }

    public Sequence(String name, int features, int maxLength) {
      this(name, features, maxLength, Optional.empty());
    }

    /**
     * What a missing cell of a step reads as: 0 for the encoder, as published, which is the mean of
     * a standardised feature.
     */
    public float missingCell(int feature) {
      return standardization.map(standard -> standard.mean().get(0, feature)).orElse(0f);
    }

    @Override
    public int maxTokens() {
      return maxLength;
    }
  }

  /** Token ids from 1 to {@code vocabulary - 1}; 0 is padding, as published. */
  record Tokens(String name, int vocabulary, int maxLength) implements Modality {
    @Override
    public int maxTokens() {
      return maxLength;
    }
  }

  /**
   * The listed cells of a very wide row, a token a cell.
   *
   * @param columns names of the columns, one a row of the embedding table; the first is padding, as
   *     published
   * @param maxLength most cells taken from a sample
   * @param maxValue larger values are clamped to this one
   */
  record SparseTabular(String name, List<String> columns, int maxLength, double maxValue)
      implements Modality {
    public SparseTabular {
      columns = List.copyOf(columns);
    }

    @Override
    public int maxTokens() {
      return maxLength;
    }

    public int vocabulary() {
      return columns.size();
    }
  }

  /** A matrix cut into patches of {@code patchRows x patchColumns}, a token a patch. */
  record Patches(String name, int patchRows, int patchColumns, int maxLength) implements Modality {
    @Override
    public int maxTokens() {
      return maxLength;
    }

    /** Numbers in one patch. */
    public int cells() {
      return patchRows * patchColumns;
    }
  }

  private static void fits(String name, Optional<Standardization> standardization, int columns) {
    if (standardization.isPresent() && standardization.get().columns() != columns) {
      throw new IllegalArgumentException(
          "modality '%s': %d columns, standardised as %d"
              .formatted(name, columns, standardization.get().columns()));
    }
  }

  /** Names for {@code number} columns that have none: their indices. */
  static List<String> unnamed(int number) {
    return IntStream.range(0, number).mapToObj(Integer::toString).toList();
  }

  /** Each name's index. */
  static Map<String, Integer> indexOf(List<String> names) {
    return IntStream.range(0, names.size())
        .boxed()
        .collect(java.util.stream.Collectors.toMap(names::get, i -> i));
  }
}
