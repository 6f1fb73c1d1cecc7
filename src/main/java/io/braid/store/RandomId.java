package io.braid.store;

import java.security.SecureRandom;

/** Ids that nobody guesses and anybody can read out. */
public final class RandomId {
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final int LENGTH = 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomId() {}

  /** A new one, {@code prefix} and ten letters. */
  public static String of(String prefix) {
    var id = new StringBuilder(prefix);
    for (int i = 0; i < LENGTH; i++) {
      id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
