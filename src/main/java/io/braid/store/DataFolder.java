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
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The data folder, made where it is missing and held by this process alone: two would not see each
 * other's changes.
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

  private final Path path;
  private final FileChannel lock;

  /** Takes hold of the folder, and removes what a crash left on its way in. */
  public DataFolder(BraidProperties properties) {
    Path folder = properties.dataDir().toPath();
    @Nullable FileChannel opened = null;
    boolean isOurs;
    try {
      Files.createDirectories(folder);
      opened =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      isOurs = opened.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      isOurs = false;
    } catch (IOException e) {
      throw new SettingException(
          "braid.data-dir=%s cannot be used: %s".formatted(folder, e),
          "Give a folder that this user can write.");
    }
    if (!isOurs || opened == null) {
      throw new InUseException(folder);
    }
    this.path = folder.toAbsolutePath();
    this.lock = opened;
    DurableFiles.delete(path.resolve(INCOMING));
  }

  /** A folder of that name in it, made where it is missing. */
  public Path folder(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
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
    return folder(INCOMING);
  }

  /** A free path under {@code incoming/}, for a file or folder on its way in. */
  public Path incoming() {
    return incomingFolder().resolve(UUID.randomUUID() + ".part");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
