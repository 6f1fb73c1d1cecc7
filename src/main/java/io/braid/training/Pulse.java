package io.braid.training;

import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats for as long as the run gets on. A step may take longer than the service waits for a beat;
 * so a thread beats every second, until nothing has got on for ten times as long as the slowest
 * piece of work so far took, and five minutes at least.
 */
final class Pulse implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pulse.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final long MIN_PATIENCE = Duration.ofMinutes(5).toNanos();

  private final JobFolder folder;
  private final Thread thread;
  private volatile long last = System.nanoTime();
  private volatile long slowest;

  /** Whether the last sign could not be given, which the pulse's own thread alone asks. */
  private boolean isMute;

  Pulse(JobFolder folder) {
    this.folder = folder;
    folder.beat();
    this.thread = Thread.ofPlatform().daemon().name("pulse").start(this::run);
  }

  /** A piece of work is done. */
  void beat() {
    long now = System.nanoTime();
    slowest = Math.max(slowest, now - last);
    last = now;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        if (System.nanoTime() - last < Math.max(MIN_PATIENCE, 10 * slowest)) {
          beatFolder();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beatFolder() {
    try {
      folder.beat();
      isMute = false;
    } catch (UncheckedIOException e) {
      if (!isMute) {
        log.warn("no sign can be given: {}", e.getMessage());
      }
      isMute = true;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
