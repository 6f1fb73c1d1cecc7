package io.braid.training;

import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a run stands, and the files with its weights. All that is drawn at random is drawn anew
 * from the seed and the position, so there is no other state.
 *
 * @param epoch epochs that are done
 * @param stepInEpoch steps of the next epoch that are done
 * @param steps of the optimizer
 * @param lossSum sum of the losses of the steps of the next epoch
 * @param best the epoch with the lowest test loss so far
 * @param state name of the file with weights and moments, which is its SHA-256
 */
record Checkpoint(
    int epoch, int stepInEpoch, long steps, double lossSum, Optional<Best> best, String state) {
  private static final Logger log = LoggerFactory.getLogger(Checkpoint.class);
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  private static final String SUFFIX = ".safetensors";
  private static final String LATEST = "checkpoint.json";
  private static final String PREVIOUS = "previous.json";

  /**
   * @param epoch from 1
   * @param metrics on the test split
   * @param weights name of the file with the weights alone
   */
  record Best(int epoch, double testLoss, Map<String, Object> metrics, String weights) {}

  /**
   * Makes a file of tensors that is named by its content, durable when this returns.
   *
   * @param writer writes it, as safetensors
   * @return its name
   */
  static String writeTensors(Path folder, Consumer<Path> writer) {
    Path part = folder.resolve("tensors.part");
    try {
      writer.accept(part);
      String name = DurableFiles.sha256(part);
      DurableFiles.move(part, file(folder, name));
      return name;
    } finally {
      DurableFiles.deleteIfPossible(part); // a disk that it filled has room for the outcome again
    }
  }

  static Path file(Path folder, String name) {
    return folder.resolve(name + SUFFIX);
  }

  /** Makes this the latest checkpoint, keeps the one before it, and removes what neither needs. */
  void write(Path folder) {
    try {
      Path latest = folder.resolve(LATEST);
      if (Files.exists(latest)) {
        Files.copy(latest, folder.resolve("previous.part"), StandardCopyOption.REPLACE_EXISTING);
        DurableFiles.move(folder.resolve("previous.part"), folder.resolve(PREVIOUS));
      }
      DurableFiles.write(latest, JSON.writeValueAsBytes(this));
      removeUnused(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The latest checkpoint whose files are whole; empty where there is none. */
  static Optional<Checkpoint> latest(Path folder) {
    return Stream.of(LATEST, PREVIOUS)
        .map(name -> read(folder.resolve(name)))
        .flatMap(Optional::stream)
        .filter(checkpoint -> checkpoint.isWhole(folder))
        .findFirst();
  }

  private static Optional<Checkpoint> read(Path file) {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), Checkpoint.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException e) {
      log.warn("{} is torn and left out", file.getFileName());
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isWhole(Path folder) {
    for (String name : files().toList()) {
      Path file = file(folder, name);
      if (!Files.exists(file) || !DurableFiles.sha256(file).equals(name)) {
        log.warn("the checkpoint of step {} is torn and left out", steps);
        return false;
      }
    }
    return true;
  }

  private Stream<String> files() {
    return Stream.concat(Stream.of(state), best.map(Best::weights).stream());
  }

  private static void removeUnused(Path folder) throws IOException {
    Set<Path> used =
        Stream.of(LATEST, PREVIOUS)
            .map(name -> read(folder.resolve(name)))
            .flatMap(Optional::stream)
            .flatMap(Checkpoint::files)
            .map(name -> file(folder, name))
            .collect(Collectors.toSet());
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> file.toString().endsWith(SUFFIX) && !used.contains(file))
          .forEach(DurableFiles::delete);
    }
  }
}
