package io.braid.security;

import io.braid.config.SettingException;
import io.braid.problem.BraidException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that are valid now. The file is looked at again when a key is asked for, once a second
 * at most; a change of it that cannot be read is told in the log, and the keys before it stay.
 */
final class KeyFile {
  private static final Logger log = LoggerFactory.getLogger(KeyFile.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Path path;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile List<AccessKey> keys;
  private byte[] text;
  private volatile long lookedAt = System.nanoTime();
  private String complaint = "";

  /**
   * @throws SettingException if the file cannot be read
   */
  KeyFile(Path path) {
    this.path = path;
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
    String hash = AccessKey.hash(secret);
    AccessKey found = null;
    for (AccessKey key : current()) { // to the end, whichever it is
      if (key.opensWith(hash)) {
        found = key;
      }
    }
    return Optional.ofNullable(found);
  }

  List<AccessKey> current() {
    if (System.nanoTime() - lookedAt > EVERY.toNanos() && looking.tryLock()) {
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
