package io.braid.cli;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that is drawn over and over in the last line of a terminal. */
final class BarProgress implements Progress {
  private static final int REDRAW_MILLIS = 250;

  private final Line line;
  private final ProgressBar bar;

  /**
   * @param width columns of the terminal
   */
  BarProgress(String task, Unit unit, long from, long total, PrintStream terminal, int width) {
    this.line = new Line(terminal, width);
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .startsFrom(from, Duration.ZERO)
            .setUnit(unit.name(), unit.size())
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .continuousUpdate()
            .setConsumer(line)
            .build();
  }

  @Override
  public void at(long done, String note) {
    bar.stepTo(done);
    bar.setExtraMessage(note.isEmpty() ? "" : "  " + note);
  }

  @Override
  public void say(String text) {
    line.above(text);
  }

  @Override
  public void close() {
    bar.close();
  }

  /** The last line of the terminal. */
  private static final class Line implements ProgressBarConsumer {
    private final PrintStream terminal;
    private final int width;

    Line(PrintStream terminal, int width) {
      this.terminal = terminal;
      this.width = width;
    }

    @Override
    public int getMaxRenderedLength() {
      return width - 1; // in the last column some terminals begin a new line
    }

    @Override
    public synchronized void accept(String rendered) {
      terminal.print("\r" + rendered);
      terminal.flush();
    }

    synchronized void above(String text) {
      terminal.print("\r" + " ".repeat(width - 1) + "\r" + text + "\n");
      terminal.flush();
    }

    @Override
    public synchronized void close() {
      terminal.print("\n");
      terminal.flush();
    }
  }
}
