package io.braid.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.problem.BraidException;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.OptionalInt;

/**
 * A key that is just made, the only time at which its secret is known.
 *
 * @param secret what its owner sends
 * @param line how it is written in a file of keys
 */
public record NewKey(String secret, String line) {
  private static final int RANDOM_BYTES = 20;
  private static final String HEAD = "keys:\n";

  /**
   * Makes a key with a random secret, which begins with {@code braid_} so that scanners find it.
   */
  public static NewKey of(String name, Role role, OptionalInt requestsPerSecond) {
    var random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    String secret = "braid_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String rate =
        requestsPerSecond.isEmpty() ? "" : ", requests_per_second: " + requestsPerSecond.getAsInt();
    return new NewKey(
        secret,
        "  - {name: \"%s\", role: %s, sha256: \"%s\"%s}\n"
            .formatted(name, role, AccessKey.hash(secret), rate));
  }

  /**
   * @throws BraidException if its name is none
   */
  public void check() {
    after("keys.yaml", "");
  }

  /**
   * Adds it behind the others in a file of keys, which is made where it is not there.
   *
   * @throws BraidException if it would be no file of keys then: the name is there already
   * @throws UncheckedIOException if it cannot be read or written
   */
  public void addTo(Path file) {
    try {
      String before = Files.exists(file) ? Files.readString(file) : "";
      DurableFiles.write(file, after(file.toString(), before).getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the text of a file of keys is with this one, checked. */
  private String after(String file, String before) {
    String start = before.isBlank() ? HEAD : before.endsWith("\n") ? before : before + "\n";
    String after = start + line;
    KeysReader.read(file, after.getBytes(UTF_8));
    return after;
  }
}
