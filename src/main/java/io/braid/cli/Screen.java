package io.braid.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err what the command is at, and what goes wrong
 * @param width columns of the terminal, where there is one at both ends; else there are no bars
 */
record Screen(PrintStream out, PrintStream err, OptionalInt width) {
  private static final int USUAL_WIDTH = 80;
  private static final int LEAST_WIDTH = 40;

  /** That of this process. */
  static Screen ofProcess() {
    Console console = System.console();
    return new Screen(
        System.out,
        System.err,
        console != null && console.isTerminal()
            ? OptionalInt.of(terminalWidth())
            : OptionalInt.empty());
  }

  /** As {@code stty} tells of the terminal at stdin. */
  private static int terminalWidth() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (stty.waitFor(1, TimeUnit.SECONDS) && size.strip().matches("\\d{1,5} \\d{1,5}")) {
        int columns = Integer.parseInt(size.strip().split(" ")[1]);
        return columns == 0 ? USUAL_WIDTH : Math.max(columns, LEAST_WIDTH);
      }
    } catch (IOException e) {
      // There is no stty: most terminals are at least as wide as the usual.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return USUAL_WIDTH;
  }

  Screen withoutBars() {
    return new Screen(out, err, OptionalInt.empty());
  }

  /** Says what the command is at. */
  void say(String line) {
    err.println(line);
  }

  /**
   * @param task in a word or two
   * @param total of what is counted, in ones
   */
  Progress progress(String task, Unit unit, long total) {
    return progress(task, unit, 0, total);
  }

  /**
   * @param from where it goes on from, which says nothing of its speed
   */
  Progress progress(String task, Unit unit, long from, long total) {
    return width.isPresent()
        ? new BarProgress(task, unit, from, total, err, width.getAsInt())
        : new LineProgress(task, unit, from, total, err);
  }
}
