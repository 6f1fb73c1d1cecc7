package io.braid.cli;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with files: the first faults of it. */
final class FileFaults {
  static final int MOST = 20;

  private final List<String> faults = new ArrayList<>();

  void add(String part, String detail) {
    if (!isFull()) {
      faults.add(part + ": " + detail);
    }
  }

  /** No more is looked for. */
  boolean isFull() {
    return faults.size() >= MOST;
  }

  /** Goes on only if nothing is wrong. */
  void refuse() {
    if (!faults.isEmpty()) {
      throw new CommandFailure(
          isFull() ? "The files have faults; the first are" : "The files have faults", faults);
    }
  }
}
