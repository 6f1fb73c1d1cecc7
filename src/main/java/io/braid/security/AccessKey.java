package io.braid.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.store.DurableFiles;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * A key as it is stored. Secrets are random, 160 bits of them, so that a plain hash hides them, and
 * how long it takes to find one says nothing of it.
 *
 * @param name who it is for; told in logs, never secret
 * @param sha256 of the secret's UTF-8, 64 hexadecimal digits
 * @param requestsPerSecond how many requests it may send in a second, on average and at once; any
 *     number where it is empty
 */
record AccessKey(String name, Role role, String sha256, OptionalInt requestsPerSecond) {
  /**
   * @throws BraidException 403 where its role does not include that one
   */
  void require(Role needed) {
    if (!role.includes(needed)) {
      throw new BraidException(
          ProblemKind.FORBIDDEN,
          "key '%s' has the role %s; this needs %s".formatted(name, role, needed));
    }
  }

  /** What is stored of a secret. */
  static String hash(String secret) {
    return HexFormat.of().formatHex(DurableFiles.sha256().digest(secret.getBytes(UTF_8)));
  }
}
