package io.braid.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * Files that samples are read from: those of a dataset, or one with a sample a line.
 *
 * @param lines the one; empty where they are {@code parts}
 */
record SampleFiles(Parts parts, Optional<Path> lines) {
  private static final List<String> ENDINGS = List.of(".ndjson", ".jsonl");

  static SampleFiles of(List<Path> files) {
    if (files.size() == 1 && isLines(files.getFirst())) {
      if (!Files.isRegularFile(files.getFirst())) {
        throw CommandFailure.usage("there is no file " + files.getFirst());
      }
      return new SampleFiles(new Parts(Map.of(), Optional.empty()), Optional.of(files.getFirst()));
    }
    Parts parts = Parts.of(files);
    if (parts.modalities().isEmpty()) {
      throw CommandFailure.usage("none of the files has a modality");
    }
    return new SampleFiles(parts, Optional.empty());
  }

  /** Whether a file has an object a line. */
  static boolean isLines(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  /** As requests to embed take them. */
  Samples open(ChosenVersion version) {
    return open(version, _ -> {}, Map.of());
  }

  /**
   * As a collection takes them: labels are metadata, and what {@code embed} wrote is an embedding.
   */
  Samples openItems(ChosenVersion version) {
    return open(version, SampleFiles::item, metadata());
  }

  private Samples open(
      ChosenVersion version, Consumer<ObjectNode> form, Map<String, ObjectNode> metadata) {
    version.require(parts.modalities().keySet());
    return lines
        .<Samples>map(file -> new LineSamples(file, form))
        .orElseGet(() -> new JoinedSamples(parts.modalities(), version.config(), metadata));
  }

  private static void item(ObjectNode line) {
    if (line.has("fusion") && !line.has("modalities")) {
      line.set("embedding", line.remove("fusion"));
      line.remove(List.of("unimodal", "channels", "warnings"));
    }
  }

  /** Of each sample, by id; numbers in a column that has nothing else. */
  private Map<String, ObjectNode> metadata() {
    Path labels = parts.files().get(Parts.LABELS);
    if (labels == null) {
      return Map.of();
    }
    Set<String> texts = texts(labels);
    var metadata = new HashMap<String, ObjectNode>();
    forEachLabel(
        labels,
        (id, name, cell) -> {
          ObjectNode fields = metadata.computeIfAbsent(id, _ -> Client.JSON.createObjectNode());
          if (texts.contains(name)) {
            fields.put(name, cell);
          } else {
            fields.put(name, Double.parseDouble(cell));
          }
        });
    return metadata;
  }

  /** Labels of which some value is no number. */
  private static Set<String> texts(Path labels) {
    var texts = new HashSet<String>();
    forEachLabel(
        labels,
        (_, name, cell) -> {
          if (!CsvFile.isNumber(cell)) {
            texts.add(name);
          }
        });
    return texts;
  }

  /** Takes a label of a sample. */
  private interface Label {
    void take(String id, String name, String cell);
  }

  private static void forEachLabel(Path labels, Label each) {
    try (var file = new CsvFile(labels)) {
      List<String> names = file.header();
      for (var row = file.next(); row.isPresent(); row = file.next()) {
        List<String> cells = row.get().getFields();
        for (int i = 1; i < Math.min(names.size(), cells.size()); i++) {
          String cell = cells.get(i).strip();
          if (!CsvFile.isMissing(cell)) {
            each.take(cells.getFirst().strip(), names.get(i), cell);
          }
        }
      }
    }
  }
}
