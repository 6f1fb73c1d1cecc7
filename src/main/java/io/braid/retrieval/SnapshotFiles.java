package io.braid.retrieval;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import io.braid.store.RandomId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Where snapshots are: a file {@code collection-id.zip} each; whole or not there. */
@Component
class SnapshotFiles {
  private static final Pattern ID = Pattern.compile("snapshot-[a-z0-9]{10}");
  private static final String SUFFIX = ".zip";

  private final Path folder;

  SnapshotFiles(DataFolder data) {
    this.folder = data.folder("snapshots");
  }

  /** A snapshot on the disk. */
  record Snapshot(String id, Path file, long bytes, Instant createdAt) {}

  /** Writes a snapshot of a collection. */
  Snapshot write(long collection, DurableFiles.Writer content) {
    String id = RandomId.of("snapshot-");
    Path file = folder.resolve(collection + "-" + id + SUFFIX);
    DurableFiles.write(file, content);
    return snapshot(file);
  }

  /** Of a collection, by id. */
  List<Snapshot> all(long collection) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> isOf(collection, file) && file.toString().endsWith(SUFFIX))
          .map(SnapshotFiles::snapshot)
          .sorted(Comparator.comparing(Snapshot::id))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By its id, or {@code latest}; 404 where there is none. */
  Snapshot find(long collection, String id) {
    if (id.equals("latest")) {
      return all(collection).stream()
          .max(Comparator.comparing(Snapshot::createdAt))
          .orElseThrow(
              () -> new BraidException(ProblemKind.NOT_FOUND, "there is no snapshot of it yet"));
    }
    Path file = folder.resolve(collection + "-" + id + SUFFIX);
    if (!ID.matcher(id).matches() || !Files.exists(file)) {
      throw new BraidException(ProblemKind.NOT_FOUND, "there is no snapshot '" + id + "'");
    }
    return snapshot(file);
  }

  /** Deletes those of collections that are not there any more. */
  void keepOnly(List<Long> collections) {
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.toString().endsWith(SUFFIX)) // what is being written goes by itself
          .filter(file -> collections.stream().noneMatch(number -> isOf(number, file)))
          .forEach(DurableFiles::deleteIfPossible);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOf(long collection, Path file) {
    return file.getFileName().toString().startsWith(collection + "-");
  }

  private static Snapshot snapshot(Path file) {
    String name = file.getFileName().toString();
    try {
      return new Snapshot(
          name.substring(name.indexOf('-') + 1, name.length() - SUFFIX.length()),
          file,
          Files.size(file),
          Files.getLastModifiedTime(file).toInstant());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
