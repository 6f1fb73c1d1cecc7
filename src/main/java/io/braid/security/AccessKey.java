package io.braid.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * A key as it is stored. Secrets are random, 160 bits of them, so that a plain hash hides them.
 *
 * @param name who it is for; told in logs, never secret
 * @param sha256 of the secret's UTF-8, 64 hexadecimal digits
 * @param requestsPerSecond how many requests it may send in a second, on average and at once; any
 *     number where it is empty
 */
record AccessKey(String name, Role role, String sha256, OptionalInt requestsPerSecond) {
  /** Takes as long for any secret. */
  boolean opensWith(String hash) {
    return MessageDigest.isEqual(
        sha256.getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }

  /** What is stored of a secret. */
  static String hash(String secret) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256; this is a bug", e);
    }
  }
}
