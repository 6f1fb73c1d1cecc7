package io.braid.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What is done on Ctrl-C, before the process ends: an action, after which the command has time to
 * come to its end. The JVM runs it beside the command.
 */
final class Interrupt implements AutoCloseable {
  /** As long as the service waits for a cancelled worker's checkpoint, and some more. */
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().name("interrupt").unstarted(this::run);
  private volatile Runnable action = () -> {};
  private volatile boolean isArmed;

  Interrupt() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** From now on an interrupt does this. */
  void does(Runnable action) {
    this.action = action;
    this.isArmed = true;
  }

  private void run() {
    if (!isArmed) {
      return;
    }
    action.run();
    try {
      var _ = ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is about to end: the hook runs, or has run.
    }
  }
}
