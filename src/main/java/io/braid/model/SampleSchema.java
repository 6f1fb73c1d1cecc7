package io.braid.model;

import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The JSON Schema (2020-12) of a model's samples, with examples that can be sent as they are. What
 * a schema cannot say (lengths that agree, rows that divide by a patch) is left to the service.
 */
final class SampleSchema {
  /** With more modalities than this, 2^n - 1 subsets are too many to list. */
  private static final int MAX_FOR_ALL_SUBSETS = 8;

  private static final int EXAMPLE_STEPS = 2;
  private static final int EXAMPLE_CELLS = 3;

  /** Rows of a table without names are spelt out in an example up to this width. */
  private static final int MAX_EXAMPLE_ROW = 100;

  private SampleSchema() {}

  static Map<String, Object> of(ModelVersion version) {
    ModalitySchema schema = version.config().encoder().schema();
    var modalities = new LinkedHashMap<String, Object>();
    schema.modalities().forEach(modality -> modalities.put(modality.name(), schema(modality)));
    var root = new LinkedHashMap<String, Object>();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "A sample for " + version);
    root.put("type", "object");
    root.put("required", List.of("modalities"));
    root.put("additionalProperties", false);
    root.put(
        "properties",
        ordered(
            "id",
            Map.of("type", "string"),
            "modalities",
            ordered(
                "type",
                "object",
                "description",
                "Any subset, at least one; what is absent or null is missing",
                "minProperties",
                1,
                "additionalProperties",
                false,
                "properties",
                modalities)));
    root.put("$defs", Map.of("tensor", tensor()));
    root.put("examples", examples(schema));
    return root;
  }

  private static Map<String, Object> schema(Modality modality) {
    var forms = new ArrayList<Object>();
    switch (modality) {
      case Modality.Tabular(_, var columns, _, _) -> {
        forms.add(array(number(true), columns.size(), columns.size()));
        forms.add(byName(columns));
      }
      case Modality.Sequence(_, var features, _, _) ->
          forms.add(array(array(number(true), features, features), 1, Integer.MAX_VALUE));
      case Modality.Tokens(_, var vocabulary, _) ->
          forms.add(array(index(1, vocabulary), 1, Integer.MAX_VALUE));
      case Modality.SparseTabular sparse -> {
        forms.add(
            ordered(
                "type",
                "object",
                "required",
                List.of("indices", "values"),
                "additionalProperties",
                false,
                "properties",
                ordered(
                    "indices", array(index(1, sparse.vocabulary()), 1, Integer.MAX_VALUE),
                    "values", array(number(false), 1, Integer.MAX_VALUE))));
        forms.add(byName(sparse.columns()));
      }
      case Modality.Patches patches ->
          forms.add(
              array(
                  array(number(false), patches.patchColumns(), Integer.MAX_VALUE),
                  patches.patchRows(),
                  Integer.MAX_VALUE));
    }
    forms.add(Map.of("$ref", "#/$defs/tensor"));
    forms.add(Map.of("type", "null"));
    return ordered("description", description(modality), "anyOf", forms);
  }

  private static String description(Modality modality) {
    return switch (modality) {
      case Modality.Tabular(_, var columns, _, _) ->
          "a row of %d columns, in order or by name; null is a missing cell"
              .formatted(columns.size());
      case Modality.Sequence(_, var features, var maxLength, _) ->
          "steps of %d numbers; more than %d are cut".formatted(features, maxLength);
      case Modality.Tokens(_, var vocabulary, var maxLength) ->
          "token ids below %d; more than %d are cut".formatted(vocabulary, maxLength);
      case Modality.SparseTabular sparse ->
          "some of %d columns, by index or by name; at most %d"
              .formatted(sparse.vocabulary(), sparse.maxLength());
      case Modality.Patches(_, var rows, var columns, var maxLength) ->
          "a matrix, cut into patches of %d x %d, at most %d".formatted(rows, columns, maxLength);
    };
  }

  private static List<Object> examples(ModalitySchema schema) {
    int all = (1 << schema.size()) - 1;
    IntStream subsets =
        schema.size() <= MAX_FOR_ALL_SUBSETS
            ? IntStream.rangeClosed(1, all)
            : IntStream.concat(
                IntStream.range(0, schema.size()).map(m -> 1 << m), IntStream.of(all));
    return subsets.<Object>mapToObj(subset -> example(schema, subset)).toList();
  }

  /**
   * @param subset bit m is set where modality m is present
   */
  private static Map<String, Object> example(ModalitySchema schema, int subset) {
    var modalities = new LinkedHashMap<String, Object>();
    for (int m = 0; m < schema.size(); m++) {
      if ((subset >> m & 1) == 1) {
        Modality modality = schema.modalities().get(m);
        modalities.put(modality.name(), example(modality));
      }
    }
    return ordered("id", "example-" + subset, "modalities", modalities);
  }

  private static Object example(Modality modality) {
    return switch (modality) {
      case Modality.Tabular(_, var columns, _, _) ->
          ModelConfig.isUnnamed(columns) && columns.size() <= MAX_EXAMPLE_ROW
              ? numbers(columns.size())
              : cells(columns);
      case Modality.Sequence(_, var features, var maxLength, _) ->
          IntStream.range(0, Math.min(EXAMPLE_STEPS, maxLength))
              .mapToObj(_ -> numbers(features))
              .toList();
      case Modality.Tokens(_, var vocabulary, var maxLength) ->
          IntStream.rangeClosed(1, Math.min(EXAMPLE_CELLS, Math.min(vocabulary - 1, maxLength)))
              .boxed()
              .toList();
      case Modality.SparseTabular(_, var columns, var maxLength, _) -> {
        int cells = Math.min(EXAMPLE_CELLS, Math.min(columns.size() - 1, maxLength));
        yield ordered(
            "indices", IntStream.rangeClosed(1, cells).boxed().toList(), "values", numbers(cells));
      }
      case Modality.Patches(_, var rows, var columns, _) ->
          IntStream.range(0, rows).mapToObj(_ -> numbers(columns)).toList();
    };
  }

  private static Map<String, Object> cells(List<String> columns) {
    var cells = new LinkedHashMap<String, Object>();
    for (int i = 0; i < Math.min(EXAMPLE_CELLS, columns.size()); i++) {
      cells.put(columns.get(i), number(i));
    }
    return cells;
  }

  private static List<Double> numbers(int size) {
    return IntStream.range(0, size).mapToObj(SampleSchema::number).toList();
  }

  /** Some number, other than its neighbours. */
  private static double number(int i) {
    return (i * 7 % 20 - 9) / 10.0;
  }

  private static Map<String, Object> byName(List<String> columns) {
    return ordered(
        "type",
        "object",
        "minProperties",
        1,
        "propertyNames",
        ModelConfig.isUnnamed(columns)
            ? Map.of("pattern", "^(0|[1-9][0-9]*)$")
            : Map.of("enum", columns),
        "additionalProperties",
        number(true));
  }

  private static Map<String, Object> tensor() {
    return ordered(
        "type",
        "object",
        "description",
        "A tensor; base64 holds its little-endian elements, row by row",
        "required",
        List.of("dtype", "shape", "base64"),
        "additionalProperties",
        false,
        "properties",
        ordered(
            "dtype", Map.of("enum", List.of("F32", "F64", "I32", "I64")),
            "shape", array(index(0, Integer.MAX_VALUE), 1, 2),
            "base64", ordered("type", "string", "contentEncoding", "base64")));
  }

  private static Map<String, Object> array(Object items, int least, int most) {
    Map<String, Object> array = ordered("type", "array", "items", items, "minItems", least);
    if (most < Integer.MAX_VALUE) {
      array.put("maxItems", most);
    }
    return array;
  }

  private static Map<String, Object> index(int least, int below) {
    return ordered("type", "integer", "minimum", least, "exclusiveMaximum", below);
  }

  private static Map<String, Object> number(boolean nullable) {
    return Map.of("type", nullable ? List.of("number", "null") : "number");
  }

  /** A map in the order of its arguments, key and value in turn. */
  private static Map<String, Object> ordered(Object... keysAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
