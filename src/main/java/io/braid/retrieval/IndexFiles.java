package io.braid.retrieval;

import io.braid.device.Devices;
import io.braid.index.DamagedIndexException;
import io.braid.index.LuceneIndex;
import io.braid.index.TorchIndex;
import io.braid.index.VectorIndex;
import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Where indexes are: a folder {@code collection-generation-attempt} each. A rebuild is another
 * attempt. Any of them is as good as the number up to which it holds the changes, so after a crash
 * the newest attempt is caught up and the others go.
 */
@Component
class IndexFiles {
  private static final Logger log = LoggerFactory.getLogger(IndexFiles.class);
  private static final Pattern NAME = Pattern.compile("(\\d+)-(\\d+)-(\\d+)");

  private final Path folder;
  private final Devices devices;
  private final AtomicInteger attempts;

  IndexFiles(DataFolder data, Devices devices) {
    this.folder = data.ownFolder("indexes");
    this.devices = devices;
    this.attempts =
        new AtomicInteger(
            names().stream()
                .map(NAME::matcher)
                .filter(Matcher::matches)
                .mapToInt(name -> Integer.parseInt(name.group(3)))
                .max()
                .orElse(1));
  }

  /** An attempt that none had before. */
  int nextAttempt() {
    return attempts.incrementAndGet();
  }

  /** The newest attempt at the index of a generation; the first where there is none. */
  int attempt(GenerationId generation) {
    return names().stream()
        .map(NAME::matcher)
        .filter(name -> name.matches() && isOf(name, generation))
        .map(name -> Integer.parseInt(name.group(3)))
        .max(Comparator.naturalOrder())
        .orElse(1);
  }

  private static boolean isOf(Matcher name, GenerationId generation) {
    return Long.parseLong(name.group(1)) == generation.collection()
        && Integer.parseInt(name.group(2)) == generation.number();
  }

  /** Opens an index; one that cannot be read is made anew, and so is empty. */
  VectorIndex open(Engine engine, GenerationId generation, int attempt) {
    return switch (engine) {
      case TORCH -> TorchIndex.open(devices.all().getFirst());
      case LUCENE -> {
        Path path = path(generation, attempt);
        try {
          yield LuceneIndex.open(path);
        } catch (DamagedIndexException e) {
          log.warn("index {} is built anew: {}", path.getFileName(), e.getMessage());
          DurableFiles.delete(path);
          yield LuceneIndex.open(path);
        }
      }
    };
  }

  void delete(GenerationId generation, int attempt) {
    DurableFiles.delete(path(generation, attempt));
  }

  /** Deletes all but these. */
  void keepOnly(List<Path> kept) {
    names().stream()
        .map(folder::resolve)
        .filter(path -> !kept.contains(path))
        .forEach(path -> {
          try {
            DurableFiles.delete(path);
          } catch (UncheckedIOException e) {
            log.warn("{} stays for now: {}", path, e.toString());
          }
        });
  }

  Path path(GenerationId generation, int attempt) {
    return folder.resolve(generation.collection() + "-" + generation.number() + "-" + attempt);
  }

  private List<String> names() {
    try (var all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
