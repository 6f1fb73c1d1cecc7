package io.braid.job;

import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The cells of a sweep: each combination of the values of its axes, the last axis fastest.
 *
 * @param base the body of a job
 * @param axes values by field; {@code optimizer.learning_rate} is a field within another
 */
record Grid(ObjectNode base, Map<String, List<JsonNode>> axes) {
  static final int MAX_CELLS = 1000;

  /**
   * @param indices of the values, by axis
   */
  record Cell(Grid grid, Map<String, Integer> indices) {
    /** What it changes of the base. */
    Map<String, Object> values() {
      var values = new LinkedHashMap<String, Object>();
      indices.forEach((axis, index) -> values.put(axis, plain(value(axis, index))));
      return values;
    }

    private static Object plain(JsonNode value) {
      return JobRepository.JSON.treeToValue(value, Object.class);
    }

    private JsonNode value(String axis, int index) {
      List<JsonNode> values = grid.axes().get(axis);
      if (values == null) {
        throw new IllegalStateException("no axis " + axis + "; this is a bug");
      }
      return values.get(index);
    }

    /** The body of its job. */
    ObjectNode body() {
      ObjectNode body = grid.base().deepCopy();
      indices.forEach((axis, index) -> {
        String[] path = axis.split("\\.", -1);
        ObjectNode at = body;
        for (int i = 0; i < path.length - 1; i++) {
          at = at.path(path[i]) instanceof ObjectNode inner ? inner : at.putObject(path[i]);
        }
        at.set(path[path.length - 1], value(axis, index));
      });
      return body;
    }

    /** A fault of its body, where it stands in the sweep. */
    Fault told(Fault fault) {
      for (var one : indices.entrySet()) {
        String field = "/" + one.getKey().replace('.', '/');
        if (fault.pointer().equals(field) || fault.pointer().startsWith(field + "/")) {
          String rest = fault.pointer().substring(field.length());
          return new Fault("/grid/" + one.getKey() + "/" + one.getValue() + rest, fault.detail());
        }
      }
      return new Fault("/base" + fault.pointer(), fault.detail());
    }
  }

  /** Empty where something is wrong with it, which is noted. */
  static Optional<Grid> read(JsonNode body, List<Fault> faults) {
    if (!body.isObject()) {
      faults.add(new Fault("", "expected an object with base and grid"));
      return Optional.empty();
    }
    var fields = new ConfigObject(body, "", faults);
    Optional<JsonNode> base = fields.get("base");
    if (base.filter(JsonNode::isObject).isEmpty()) {
      fields.fault("base", "expected the object of a job");
    }
    var axes = new LinkedHashMap<String, List<JsonNode>>();
    Optional<JsonNode> grid = fields.get("grid");
    if (grid.filter(JsonNode::isObject).isEmpty() || grid.orElseThrow().isEmpty()) {
      fields.fault("grid", "expected lists of values, by the field of a job");
    } else {
      readAxes(grid.get(), axes, fields);
    }
    fields.finish();
    return faults.isEmpty() && base.orElseThrow() instanceof ObjectNode object
        ? Optional.of(new Grid(object, axes))
        : Optional.empty();
  }

  private static void readAxes(
      JsonNode grid, Map<String, List<JsonNode>> axes, ConfigObject fields) {
    long cells = 1;
    for (var axis : grid.properties()) {
      JsonNode values = axis.getValue();
      if (!values.isArray() || values.isEmpty()) {
        fields.fault(
            "grid/" + axis.getKey(),
            ConfigObject.shown(values) + ", expected a list of at least one value");
      } else if (values.valueStream().distinct().count() < values.size()) {
        fields.fault(
            "grid/" + axis.getKey(),
            ConfigObject.shown(values)
                + ", expected each value once: the same run tells nothing new");
      } else {
        cells = Math.min(MAX_CELLS + 1L, cells * values.size());
        axes.put(axis.getKey(), values.valueStream().toList());
      }
    }
    if (cells > MAX_CELLS) {
      fields.fault("grid", "more than " + MAX_CELLS + " cells");
    }
  }

  List<Cell> cells() {
    List<Map<String, Integer>> combinations = List.of(Map.of());
    for (var axis : axes.entrySet()) {
      combinations =
          combinations.stream()
              .flatMap(before ->
                  IntStream.range(0, axis.getValue().size())
                      .mapToObj(index -> with(before, axis.getKey(), index)))
              .toList();
    }
    var cells = new ArrayList<Cell>();
    combinations.forEach(indices -> cells.add(new Cell(this, indices)));
    return cells;
  }

  private static Map<String, Integer> with(Map<String, Integer> before, String axis, int index) {
    var indices = new LinkedHashMap<>(before);
    indices.put(axis, index);
    return indices;
  }
}
