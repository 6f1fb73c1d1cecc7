package io.braid.store;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets one thread of one replica in at a time; whoever is in may enter again. */
public final class SharedLock {
  private final Replicas replicas;
  private final String name;
  private final ReentrantLock local = new ReentrantLock(true);

  /** Whether no other replica is in; under {@link #local}. */
  private boolean isAlone;

  /**
   * @param name of what it guards, the same in all replicas
   */
  public SharedLock(Replicas replicas, String name) {
    this.replicas = replicas;
    this.name = name;
  }

  /** Does something while nobody else does anything under this lock. */
  public <T> T holding(Supplier<T> what) {
    return inThisProcess(() -> {
      if (isAlone) {
        return what.get();
      }
      if (local.getHoldCount() > 1) {
        throw new IllegalStateException("it is held in this process only; this is a bug");
      }
      return replicas.exclusively(name, () -> alone(what));
    });
  }

  private <T> T alone(Supplier<T> what) {
    isAlone = true;
    try {
      return what.get();
    } finally {
      isAlone = false;
    }
  }

  /** Does something while nobody else does anything under this lock. */
  public void holding(Runnable what) {
    holding(() -> {
      what.run();
      return true;
    });
  }

  /** Whether the current thread is in, and no other replica. */
  public boolean isHeldByCurrentThread() {
    return local.isHeldByCurrentThread() && isAlone;
  }

  /** Does something while no other thread of this process does anything under this lock. */
  public <T> T inThisProcess(Supplier<T> what) {
    local.lock();
    try {
      return what.get();
    } finally {
      local.unlock();
    }
  }

  /** Does something while no other thread of this process does anything under this lock. */
  public void inThisProcess(Runnable what) {
    inThisProcess(() -> {
      what.run();
      return true;
    });
  }
}
