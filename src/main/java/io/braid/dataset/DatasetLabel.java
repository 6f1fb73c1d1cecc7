package io.braid.dataset;

import java.util.List;
import java.util.Locale;

/**
 * What samples may be labelled with.
 *
 * @param classes of a classification, in the order that numbers them 0, 1, ...; empty for a
 *     regression
 */
public record DatasetLabel(String name, Kind kind, List<String> classes) {
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
}
