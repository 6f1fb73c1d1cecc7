package io.braid.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Replicas that meet in a PostgreSQL, by advisory locks of one session each: they end with the
 * process, however it ends. All locks of a process are tried for on the same connection, which
 * never waits. Should that break while something is under way, others may begin the same: so before
 * what was done is committed, the session that holds the lock is asked whether it is still there.
 */
final class PostgresReplicas implements Replicas, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PostgresReplicas.class);
  private static final String LEADER = "leader";
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Longest wait, at the end, for what is under way. */
  private static final Duration END = Duration.ofSeconds(5);

  private static final long MIN_PAUSE_MS = 1;
  private static final long MAX_PAUSE_MS = 20;

  /** Where connections come from, of which this keeps one. */
  interface Source {
    Connection connect() throws SQLException;
  }

  private final Source source;
  private final List<Runnable> everySecond = new CopyOnWriteArrayList<>();
  private final ReentrantLock asking = new ReentrantLock();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads;
  private Connection session;

  /** Counts sessions; under {@link #asking}. */
  private long sessions;

  /** The session in which each thread holds what it holds. */
  private final ThreadLocal<Deque<Long>> held = ThreadLocal.withInitial(ArrayDeque::new);

  private volatile boolean isLeader;

  /**
   * @throws SQLException if the database does not answer
   */
  PostgresReplicas(Source source) throws SQLException {
    this.source = source;
    this.session = open();
    this.isLeader = tryLock(LEADER);
    // What is done every second may take long, and the session must be heard of all the time.
    this.threads =
        List.of(
            Thread.ofPlatform().daemon().name("replicas-lead").start(() -> repeat(this::lead)),
            Thread.ofPlatform().daemon().name("replicas").start(() -> repeat(this::runAll)));
  }

  /** A session that the database ends by itself soon after its process or machine is gone. */
  private Connection open() throws SQLException {
    Connection opened = source.connect();
    try (var statement = opened.createStatement()) {
      statement.execute("SET tcp_keepalives_idle = 5");
      statement.execute("SET tcp_keepalives_interval = 2");
      statement.execute("SET tcp_keepalives_count = 3");
      statement.execute("SET idle_session_timeout = '20s'"); // it is asked something every second
    } catch (SQLException e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  @Override
  public boolean areShared() {
    return true;
  }

  @Override
  public boolean isLeader() {
    return isLeader;
  }

  @Override
  public void everySecond(Runnable what) {
    everySecond.add(what);
  }

  @Override
  public <T> T exclusively(String name, Supplier<T> what) {
    Deque<Long> holds = held.get();
    holds.push(acquire(name));
    try {
      return what.get();
    } finally {
      holds.pop();
      release(name);
    }
  }

  /** Returns the number of the session that has it. */
  private long acquire(String name) {
    long pause = MIN_PAUSE_MS;
    try {
      while (true) {
        asking.lock();
        try {
          if (tryLock(name)) {
            return sessions;
          }
        } finally {
          asking.unlock();
        }
        Thread.sleep(pause);
        pause = Math.min(2 * pause, MAX_PAUSE_MS);
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("the database does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataAccessResourceFailureException("the service is shutting down", e);
    }
  }

  @Override
  public void requireAlone() {
    Deque<Long> holds = held.get();
    if (holds.isEmpty()) {
      return;
    }
    asking.lock();
    try {
      boolean areHeld =
          holds.stream().allMatch(number -> number == sessions)
              && session.isValid((int) LOOK.toSeconds());
      if (!areHeld) {
        throw new DataAccessResourceFailureException("the hold on it was lost; try again");
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("the database does not answer", e);
    } finally {
      asking.unlock();
    }
  }

  private boolean tryLock(String name) throws SQLException {
    return ask("SELECT pg_try_advisory_lock(?)", name);
  }

  /** A session that has broken has lost its locks already. */
  private void release(String name) {
    try {
      ask("SELECT pg_advisory_unlock(?)", name);
    } catch (SQLException e) {
      log.warn("the hold on {} was lost: {}", name, e.getMessage());
    }
  }

  private boolean ask(String question, String name) throws SQLException {
    asking.lock();
    try (var statement = session.prepareStatement(question)) {
      statement.setLong(1, key(name));
      try (var answer = statement.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    } finally {
      asking.unlock();
    }
  }

  /** Names of locks, as the numbers that the database knows them by. */
  private static long key(String name) {
    byte[] digest = DurableFiles.sha256().digest(name.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong();
  }

  private void repeat(Runnable what) {
    try {
      while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        what.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void runAll() {
    for (Runnable one : everySecond) {
      try {
        one.run();
      } catch (RuntimeException | Error e) {
        log.warn("what other replicas did is looked at again: {}", e.toString());
        log.debug("it was", e);
      }
    }
  }

  /** Takes the lead where nobody has it, and gives it up with the session. */
  private void lead() {
    asking.lock();
    try {
      if (!session.isValid((int) LOOK.toSeconds())) {
        isLeader = false;
        session.close();
        sessions++;
        session = open();
      }
      if (!isLeader && tryLock(LEADER)) {
        isLeader = true;
        log.info("this replica leads now");
      }
    } catch (SQLException e) {
      isLeader = false;
      log.warn("the database does not answer: {}", e.getMessage());
    } finally {
      asking.unlock();
    }
  }

  @Override
  public void close() throws InterruptedException, SQLException {
    stop.countDown();
    for (Thread thread : threads) {
      thread.join(END);
    }
    session.close();
  }
}
