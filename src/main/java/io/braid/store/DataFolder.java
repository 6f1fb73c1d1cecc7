package io.braid.store;

import io.braid.config.BraidProperties;
import io.braid.config.SettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The data folder, made where it is missing. It is held by this process alone, for two would not
 * see each other's changes; or, where {@code braid.shared} says so, by several, each of which holds
 * a folder of its own in it.
 */
@Component
public class DataFolder implements AutoCloseable {
  /** Another process holds the folder. */
  public static final class InUseException extends SettingException {
    InUseException(Path folder) {
      super(
          "braid.data-dir=%s is in use by another Braid".formatted(folder),
          "Stop the other one, or give each process a folder of its own.");
    }
  }

  private static final String INCOMING = "incoming";

  /** Processes that share a folder, at most. */
  private static final int MAX_REPLICAS = 1000;

  private final Path path;

  /** What no other process uses: the folder itself, unless it is shared. */
  private final Path own;

  private final List<FileChannel> holds = new ArrayList<>();

  /** Takes hold of the folder, and removes what a crash left on its way in. */
  public DataFolder(BraidProperties properties) {
    Path folder = properties.dataDir().toPath();
    boolean isShared = properties.shared();
    try {
      if (!hold(folder, isShared)) {
        throw new InUseException(folder);
      }
      this.path = folder.toAbsolutePath();
      this.own = isShared ? holdReplicaFolder() : path;
    } catch (IOException e) {
      throw new SettingException(
          "braid.data-dir=%s cannot be used: %s".formatted(folder, e),
          "Give a folder that this user can write.");
    }
    DurableFiles.delete(own.resolve(INCOMING));
  }

  /**
   * Refuses a folder that another process has for itself, at once: who is about to start much need
   * not start it in vain.
   */
  public static void requireFree(Path folder) {
    Path lock = folder.resolve("lock");
    if (!Files.exists(lock)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ)) {
      if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
        throw new InUseException(folder);
      }
    } catch (OverlappingFileLockException e) {
      throw new InUseException(folder);
    } catch (IOException e) {
      // whoever starts in it will tell
    }
  }

  /** The first that no other process holds, with what an earlier holder left. */
  private Path holdReplicaFolder() throws IOException {
    for (int number = 1; number <= MAX_REPLICAS; number++) {
      Path folder = path.resolve("replicas").resolve(Integer.toString(number));
      if (hold(folder, false)) {
        return folder;
      }
    }
    throw new InUseException(path);
  }

  /** Holds a folder, alone or with others that hold it so; false where others hold it otherwise. */
  private boolean hold(Path folder, boolean isShared) throws IOException {
    Files.createDirectories(folder);
    FileChannel lock =
        FileChannel.open(
            folder.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (lock.tryLock(0, Long.MAX_VALUE, isShared) != null) {
        holds.add(lock);
        return true;
      }
    } catch (OverlappingFileLockException e) {
      // this process holds it already
    }
    lock.close();
    return false;
  }

  /**
   * Notes whose files lie here, for files that a database does not name are deleted.
   *
   * @param installation of the database
   * @param isEmpty whether the database names nothing
   * @throws SettingException where they are another's
   */
  void claim(String installation, boolean isEmpty) {
    Path file = path.resolve("installation");
    String before = installationOf(file);
    if (!before.isEmpty() && !before.equals(installation)) {
      throw new SettingException(
          "braid.data-dir=%s has the files of installation %s, and the database is of %s"
              .formatted(path, before, installation),
          "Name the database and the folder that belong together. Of a copy that has an id of its"
              + " own, delete the file 'installation' in the folder.");
    }
    if (before.isEmpty() && isEmpty && holdsFiles()) {
      throw new SettingException(
          "braid.data-dir=%s has files, and the database names none of them".formatted(path),
          "Name the database that belongs to the folder, restore it first, or give an empty"
              + " folder.");
    }
    if (before.isEmpty()) {
      Path incoming = incoming();
      try {
        Files.writeString(incoming, installation);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      DurableFiles.move(incoming, file);
    }
  }

  private static String installationOf(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is anything that a database would name. */
  private boolean holdsFiles() {
    return Stream.of("weights", "datasets", "jobs", "snapshots")
        .map(path::resolve)
        .filter(Files::isDirectory)
        .anyMatch(folder -> {
          try (var files = Files.list(folder)) {
            return files.findAny().isPresent();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** A folder of that name in it, made where it is missing. */
  public Path folder(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder of that name that no other process uses, made where it is missing. */
  public Path ownFolder(String name) {
    try {
      return Files.createDirectories(own.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of that name in it, whether there is one or not. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** Where files lie on their way in, which are not yet whole. */
  public Path incomingFolder() {
    return ownFolder(INCOMING);
  }

  /** A free path under {@code incoming/}, for a file or folder on its way in. */
  public Path incoming() {
    return incomingFolder().resolve(UUID.randomUUID() + ".part");
  }

  @Override
  public void close() throws IOException {
    for (FileChannel hold : holds) {
      hold.close();
    }
  }
}
