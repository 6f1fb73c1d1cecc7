package io.braid.dataset;

import io.braid.problem.ConfigObject;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * What samples may be labelled with.
 *
 * @param classes of a classification, in the order that numbers them 0, 1, ...; empty for a
 *     regression
 */
public record DatasetLabel(String name, Kind kind, List<String> classes) {
  private static final int MAX_NAMES = 100;

  /** What kind of thing is told. */
  public enum Kind {
    CLASSIFICATION,
    REGRESSION;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public DatasetLabel {
    classes = List.copyOf(classes);
  }

  /** Reads a list of names of labels of one kind; a missing or empty list names none. */
  public static List<String> names(
      ConfigObject fields, String key, Kind kind, List<DatasetLabel> labels) {
    JsonNode array = fields.get(key).orElse(null);
    if (array == null || array.isEmpty() && array.isArray()) {
      return List.of();
    }
    List<String> names = fields.names(key, MAX_NAMES);
    List<String> known =
        labels.stream().filter(label -> label.kind() == kind).map(DatasetLabel::name).toList();
    for (int i = 0; i < names.size(); i++) {
      if (!known.contains(names.get(i))) {
        fields.fault(
            key + "/" + i,
            "'%s' is no %s label of the dataset, which has %s"
                .formatted(names.get(i), kind, known));
      }
    }
    return names;
  }
}
