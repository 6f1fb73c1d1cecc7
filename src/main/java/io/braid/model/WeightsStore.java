package io.braid.model;

import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Weights as files named by their content under {@code weights/} of the data folder. A file gets
 * that name only when all of it is on the disk.
 */
@Component
class WeightsStore {
  private static final String SUFFIX = ".safetensors";

  private final DataFolder folder;
  private final Path weights;

  WeightsStore(DataFolder folder) {
    this.folder = folder;
    this.weights = folder.folder("weights");
  }

  /** A path that is free, for a file on its way in; on the file system of the store. */
  Path incoming() {
    return folder.incoming();
  }

  /** Where the weights of that content are. */
  Path path(String sha256) {
    return weights.resolve(sha256 + SUFFIX);
  }

  /** Moves a file in under the name of its content, which is durable when this returns. */
  void keep(Path file, String sha256) {
    DurableFiles.move(file, path(sha256));
  }

  void delete(Path file) {
    DurableFiles.delete(file);
  }

  /** Removes the weights that nothing refers to, which a crash left behind. */
  void clean(Set<String> referenced) {
    for (Path file : list(weights)) {
      String name = file.getFileName().toString();
      if (!name.endsWith(SUFFIX)
          || !referenced.contains(name.substring(0, name.length() - SUFFIX.length()))) {
        delete(file);
      }
    }
  }

  private static List<Path> list(Path folder) {
    try (var files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
