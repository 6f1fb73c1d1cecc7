package io.braid.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a dataset.
 *
 * @param files by the name of the part that each is: a modality, or {@code labels}
 * @param schema a file called {@code schema.yaml}, {@code schema.yml} or {@code schema.json}
 */
record Parts(Map<String, Path> files, Optional<Path> schema) {
  static final String LABELS = "labels";
  private static final List<String> ENDINGS = List.of(".csv", ".csv.gz", ".parquet", ".npz");
  private static final List<String> SCHEMAS = List.of("schema.yaml", "schema.yml", "schema.json");

  /**
   * @param given files, and folders, each of which stands for the parts in it
   */
  static Parts of(List<Path> given) {
    var files = new LinkedHashMap<String, Path>();
    Optional<Path> schema = Optional.empty();
    for (Path file : withoutFolders(given)) {
      if (isSchema(file)) {
        schema = Optional.of(file);
        continue;
      }
      String name = nameOf(file);
      Path before = files.put(name, file);
      if (before != null) {
        throw CommandFailure.usage(
            "%s and %s are both the part '%s'".formatted(before, file, name));
      }
    }
    return new Parts(files, schema);
  }

  private static List<Path> withoutFolders(List<Path> given) {
    var files = new ArrayList<Path>();
    for (Path path : given) {
      if (!Files.exists(path)) {
        throw CommandFailure.usage("there is no file " + path);
      }
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      try (var inside = Files.list(path)) {
        List<Path> parts =
            inside.filter(file -> isSchema(file) || ending(file).isPresent()).sorted().toList();
        if (parts.isEmpty()) {
          throw CommandFailure.usage(
              "the folder %s has no file that ends with one of %s".formatted(path, ENDINGS));
        }
        files.addAll(parts);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  private static boolean isSchema(Path file) {
    return SCHEMAS.contains(file.getFileName().toString());
  }

  private static Optional<String> ending(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().filter(name::endsWith).findFirst();
  }

  private static String nameOf(Path file) {
    String name = file.getFileName().toString();
    return ending(file)
        .map(ending -> name.substring(0, name.length() - ending.length()))
        .orElseThrow(() ->
            CommandFailure.usage(
                "%s: expected a name that ends with one of %s".formatted(file, ENDINGS)));
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** The modalities, without labels. */
  Map<String, Path> modalities() {
    var modalities = new LinkedHashMap<>(files);
    modalities.remove(LABELS);
    return modalities;
  }
}
