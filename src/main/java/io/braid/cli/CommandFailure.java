package io.braid.cli;

import java.util.List;
import java.util.stream.Stream;

/** Why a command cannot go on, in words for who ran it. */
final class CommandFailure extends RuntimeException {
  static final int FAILED = 1;
  static final int USAGE = 2;

  private final int exitCode;
  private final List<String> details;

  private CommandFailure(int exitCode, String message, List<String> details) {
    super(message);
    this.exitCode = exitCode;
    this.details = List.copyOf(details);
  }

  CommandFailure(String message) {
    this(message, List.of());
  }

  /**
   * @param details each on a line of its own
   */
  CommandFailure(String message, List<String> details) {
    this(FAILED, message, details);
  }

  /** The same, with one more line. */
  CommandFailure with(String detail) {
    return new CommandFailure(
        exitCode,
        String.valueOf(getMessage()),
        Stream.concat(details.stream(), Stream.of(detail)).toList());
  }

  /** The command line itself is wrong. */
  static CommandFailure usage(String message) {
    return new CommandFailure(USAGE, message, List.of());
  }

  int exitCode() {
    return exitCode;
  }

  List<String> details() {
    return details;
  }
}
