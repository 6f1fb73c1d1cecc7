package io.braid.security;

import io.braid.config.SettingException;
import io.braid.problem.BraidException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that are valid now. The file is looked at again when a key is asked for, now and then; a
 * change of it that cannot be read is told in the log, and the keys before it stay.
 */
final class KeyFile {
  private static final Logger log = LoggerFactory.getLogger(KeyFile.class);
  private final Path path;
  private final Duration period;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile Map<String, AccessKey> keys;
  private byte[] text;
  private volatile long lookedAt = System.nanoTime();
  private String complaint = "";

  /**
   * @param period between two looks at the file, at least
   * @throws SettingException if the file cannot be read
   */
  KeyFile(Path path, Duration period) {
    this.path = path;
    this.period = period;
    try {
      text = Files.readAllBytes(path);
      keys = KeysReader.read(path.toString(), text);
    } catch (IOException | BraidException e) {
      throw new SettingException(
          "braid.keys=%s cannot be read: %s".formatted(path, reason(e)),
          "Make a key with 'java -jar braid.jar key NAME --role=ROLE --file=%s'.".formatted(path));
    }
  }

  /** The key that a secret opens. */
  Optional<AccessKey> find(String secret) {
    return Optional.ofNullable(current().get(AccessKey.hash(secret)));
  }

  /** By the hashes of their secrets. */
  Map<String, AccessKey> current() {
    if (System.nanoTime() - lookedAt >= period.toNanos() && looking.tryLock()) {
      try {
        look();
      } finally {
        lookedAt = System.nanoTime();
        looking.unlock();
      }
    }
    return keys;
  }

  private void look() {
    try {
      byte[] now = Files.readAllBytes(path);
      if (!Arrays.equals(now, text)) {
        keys = KeysReader.read(path.toString(), now);
        text = now;
        log.info("{} has changed: {} keys are valid", path, keys.size());
      }
      complaint = "";
    } catch (IOException | BraidException e) {
      String reason = reason(e);
      if (!reason.equals(complaint)) {
        complaint = reason;
        log.error("{} cannot be read, so its former keys stay valid: {}", path, reason);
      }
    }
  }

  private static String reason(Exception e) {
    return e instanceof BraidException ? String.valueOf(e.getMessage()) : e.toString();
  }
}
