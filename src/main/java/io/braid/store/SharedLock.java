package io.braid.store;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets one thread of one replica in at a time; whoever is in may enter again. */
public final class SharedLock {
  private final Replicas replicas;
  private final String name;
  private final ReentrantLock local = new ReentrantLock(true);

  /**
   * @param name of what it guards, the same in all replicas
   */
  public SharedLock(Replicas replicas, String name) {
    this.replicas = replicas;
    this.name = name;
  }

  /** Does something while nobody else does anything under this lock. */
  public <T> T holding(Supplier<T> what) {
    return here(() -> local.getHoldCount() > 1 ? what.get() : replicas.exclusively(name, what));
  }

  /** Does something while nobody else does anything under this lock. */
  public void holding(Runnable what) {
    holding(() -> {
      what.run();
      return true;
    });
  }

  /** Whether the current thread is in. */
  public boolean isHeldHere() {
    return local.isHeldByCurrentThread();
  }

  /** Does something while no other thread of this process does anything under this lock. */
  public <T> T here(Supplier<T> what) {
    local.lock();
    try {
      return what.get();
    } finally {
      local.unlock();
    }
  }
}
