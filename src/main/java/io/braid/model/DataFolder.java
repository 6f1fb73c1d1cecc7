package io.braid.model;

import io.braid.config.BraidProperties;
import io.braid.config.SettingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The data folder, made where it is missing and held by this process alone: two would not see each
 * other's changes.
 */
@Component
class DataFolder implements AutoCloseable {
  private final FileChannel lock;

  DataFolder(BraidProperties properties) {
    Path folder = properties.dataDir();
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
      throw new SettingException(
          "braid.data-dir=%s is in use by another Braid".formatted(folder),
          "Stop the other one, or give each process a folder of its own.");
    }
    this.lock = opened;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
