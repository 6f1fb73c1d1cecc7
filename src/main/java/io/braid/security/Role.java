package io.braid.security;

import java.util.Locale;

/** What a key may do. Each role may do what those before it may. */
public enum Role {
  /** Embed, search, and look at everything, downloads too. */
  READ,
  /** Change collections and datasets. */
  WRITE,
  /**
   * Start and stop jobs, sweeps and evaluations, whose gates may make a version the default; import
   * versions.
   */
  TRAIN,
  /** Switch the version that all are answered by, delete versions, and look into the process. */
  ADMIN;

  boolean includes(Role needed) {
    return compareTo(needed) >= 0;
  }

  /** The role as it is written in a file of keys. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
