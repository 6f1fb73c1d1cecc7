package io.braid.store;

import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * The processes that serve from one database and one data folder. Each of them answers everything;
 * what is to be done once, in the background, the one that leads does.
 */
public interface Replicas {
  /** Whether there may be others; else this process is alone, and leads. */
  boolean areShared();

  /** Whether this one does what is to be done once. Another takes over within seconds. */
  boolean isLeader();

  /**
   * Does something while no other replica does anything of that name. Within a process it is for
   * the caller to let one thread in at a time: see {@link SharedLock}.
   */
  <T> T exclusively(String name, Supplier<T> what);

  /**
   * Refuses to go on where the current thread is inside {@link #exclusively}, and others may be by
   * now; asked before each commit.
   *
   * @throws DataAccessResourceFailureException then
   */
  void requireAlone();

  /** Does something every second, as long as the service runs, where there may be others. */
  void everySecond(Runnable what);
}
