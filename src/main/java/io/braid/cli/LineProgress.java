package io.braid.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** A line now and then, for where nobody watches. */
final class LineProgress implements Progress {
  private static final Duration BETWEEN = Duration.ofSeconds(10);

  private final String task;
  private final Unit unit;
  private final long from;
  private final long total;
  private final PrintStream out;
  private final long begin = System.nanoTime();
  private long told = begin;
  private long done;
  private String note = "";

  LineProgress(String task, Unit unit, long from, long total, PrintStream out) {
    this.task = task;
    this.unit = unit;
    this.from = from;
    this.done = from;
    this.total = total;
    this.out = out;
  }

  @Override
  public synchronized void at(long done, String note) {
    this.done = done;
    this.note = note;
    if (System.nanoTime() - told >= BETWEEN.toNanos()) {
      told = System.nanoTime();
      tell();
    }
  }

  private void tell() {
    double seconds = Math.max((System.nanoTime() - begin) / 1e9, 1e-3);
    double rate = (done - from) / seconds;
    var line = new StringBuilder();
    line.append(
        "%s: %s of %s%s, %s%s/s"
            .formatted(
                task,
                done / unit.size(),
                total / unit.size(),
                unit.name(),
                String.format(Locale.ROOT, "%.1f", rate / unit.size()),
                unit.name()));
    if (done > from && done < total) {
      line.append(", %s left".formatted(shown((total - done) / rate)));
    } else {
      line.append(", took %s".formatted(shown(seconds)));
    }
    out.println(note.isEmpty() ? line : line.append(", ").append(note));
  }

  private static String shown(double seconds) {
    var time = Duration.ofSeconds(Math.round(seconds));
    return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  @Override
  public synchronized void say(String line) {
    out.println(line);
  }

  @Override
  public synchronized void close() {
    tell();
  }
}
