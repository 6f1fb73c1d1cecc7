package io.braid.retrieval;

import io.braid.index.Change;
import io.braid.index.DamagedIndexException;
import io.braid.index.EngineAwayException;
import io.braid.index.Hit;
import io.braid.index.Search;
import io.braid.index.VectorIndex;
import io.braid.problem.BraidException;
import io.braid.problem.DiskFull;
import io.braid.problem.ProblemKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of one generation while the service runs. It opens and catches up with the record in
 * the background; writes go on meanwhile, searches wait. Once it has failed, or is not wanted any
 * more, another takes its place, and it is closed when the last search on it is over.
 */
final class LiveIndex {
  private static final Logger log = LoggerFactory.getLogger(LiveIndex.class);

  /** Changes that are caught up at once. */
  private static final int AT_ONCE = 1000;

  /** Longest wait for an engine's server while a writer waits; it catches up later then. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Longer than any engine waits by itself. */
  private static final Duration IN_BACKGROUND = Duration.ofDays(1);

  /** Batches after which what was caught up is persisted. */
  private static final int PERSISTED = 20;

  private final Generation generation;
  private final int attempt;
  private final boolean isRetry;

  /** The index, once it holds all that the record does. */
  private final CompletableFuture<VectorIndex> ready = new CompletableFuture<>();

  /** Who holds it open: itself, until it is closed, its opening, and searches. */
  private final AtomicInteger holders = new AtomicInteger(1);

  private volatile @Nullable VectorIndex index;
  private volatile @Nullable Origin origin;
  private volatile long applied;

  /** Number of the last change when it was begun: of what was removed before, it holds nothing. */
  private volatile long begunAt;

  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private volatile Runnable afterwards = () -> {};

  /** Why an index is of no more use; the later ones count more. */
  enum Failure {
    OTHER,
    /** For want of memory or disk, which says nothing of what there is of it. */
    NO_ROOM,
    /** Its engine's server does not answer, which says nothing either. */
    AWAY,
    /** What there is of it cannot be used. */
    DAMAGED;

    private static Failure of(Throwable e) {
      if (e instanceof DamagedIndexException) {
        return DAMAGED;
      }
      if (e instanceof EngineAwayException) {
        return AWAY;
      }
      return e instanceof OutOfMemoryError || DiskFull.isBehind(e) ? NO_ROOM : OTHER;
    }

    private boolean isBefore(Failure other) {
      return compareTo(other) < 0;
    }
  }

  /**
   * @param attempt which of the attempts at the index of this generation it is
   */
  LiveIndex(Generation generation, int attempt) {
    this(generation, attempt, false);
  }

  /**
   * @param isRetry whether one before it could not be opened because its engine was away, which was
   *     told then
   */
  LiveIndex(Generation generation, int attempt, boolean isRetry) {
    this.generation = generation;
    this.attempt = attempt;
    this.isRetry = isRetry;
  }

  Generation generation() {
    return generation;
  }

  int attempt() {
    return attempt;
  }

  /** Whether it holds all that the record does. */
  boolean isReady() {
    return ready.state() == Future.State.SUCCESS && !isBroken();
  }

  /** Whether it could not be opened, or has failed: another must take its place. */
  boolean isBroken() {
    return failure.get() != null;
  }

  /** Number of the last change it holds, as long as the process does. */
  long applied() {
    return applied;
  }

  /** What an index is derived from. */
  interface Origin {
    /** Opens what is there of the index. */
    VectorIndex openIndex();

    /** Number of the last change that this process knows of. */
    long knownSequence();

    /** Number of the last change in the record, as others may have written it. */
    long recordedSequence();

    /** Number of the last removal that {@link #changes} does not tell any more. */
    long forgottenSequence();

    /** Number of the last change when it was begun, empty; 0 where that is not known. */
    long begunAt();

    /** Changes of its generation after the first number and up to the second, in order. */
    List<ItemRepository.Numbered> changes(long after, long upTo, int limit);

    /** Does something while no change comes. */
    void exclusively(Runnable what);

    /** It has caught up; called before the next change. */
    void caughtUp();
  }

  /** Opens and catches up; returns when that is done, or has failed. */
  void open(Origin origin) {
    if (!tryHold()) {
      return;
    }
    try {
      VectorIndex opened = origin.openIndex();
      index = opened;
      this.origin = origin;
      if (opened.begun() > origin.knownSequence() && opened.begun() > origin.recordedSequence()) {
        throw new DamagedIndexException("it is ahead of the record, which may have been restored");
      }
      applied = opened.persisted();
      begunAt = opened.begun() == 0 ? origin.knownSequence() : origin.begunAt();
      catchUp(opened, origin, IN_BACKGROUND);
      origin.exclusively(() -> {
        catchUp(opened, origin, PATIENCE);
        if (!isClosing.get()) {
          if (isRetry) {
            log.info("an engine that was away answers again");
          }
          ready.complete(opened);
          origin.caughtUp();
        }
      });
    } catch (RuntimeException | Error e) {
      broken("cannot be opened", e);
    } finally {
      release();
    }
  }

  private void catchUp(VectorIndex opened, Origin origin, Duration patience) {
    long goal = origin.knownSequence();
    if (applied < goal) {
      applied = Math.max(applied, opened.persisted(patience)); // by others, where they share it
    }
    for (int batch = 1; applied < goal && !isClosing.get(); batch++) {
      List<ItemRepository.Numbered> some = origin.changes(applied, goal, AT_ONCE);
      if (origin.forgottenSequence() > Math.max(applied, begunAt)) {
        throw new DamagedIndexException("it has missed removals that are not told any more");
      }
      long reached = some.size() < AT_ONCE ? goal : some.getLast().sequence();
      opened.apply(some.stream().map(ItemRepository.Numbered::change).toList(), reached, patience);
      applied = reached;
      if (batch % PERSISTED == 0) {
        opened.persist(); // from where a restart goes on
      }
    }
  }

  /**
   * Follows the record; called while no other change comes. What fails here is in the record
   * already: the index counts as broken from then on.
   *
   * @param sequence number of the last of these changes
   */
  void apply(List<Change> changes, long sequence) {
    VectorIndex opened = index;
    if (!isReady() || opened == null) {
      return; // it catches up
    }
    try {
      opened.apply(changes, sequence, PATIENCE);
      applied = sequence;
    } catch (RuntimeException | Error e) {
      broken("does not follow", e);
    }
  }

  /**
   * Searches; to be called while it is held.
   *
   * @param patience longest wait for it to be ready
   */
  List<List<Hit>> search(Search search, Duration patience) {
    VectorIndex opened = await(patience);
    try {
      return opened.search(search);
    } catch (IllegalArgumentException e) {
      throw new BraidException(ProblemKind.INVALID, String.valueOf(e.getMessage()));
    } catch (EngineAwayException e) {
      log.debug("a search had no answer", e);
      throw away();
    } catch (RuntimeException | Error e) {
      broken("cannot be searched", e);
      throw unavailable("the index has failed and is opened anew; try again");
    }
  }

  private VectorIndex await(Duration patience) {
    try {
      VectorIndex opened = ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!isBroken()) {
        return opened;
      }
      throw isAway() ? away() : unavailable("the index has failed and is opened anew; try again");
    } catch (TimeoutException e) {
      throw unavailable("the index is being opened; try again");
    } catch (ExecutionException e) {
      throw isAway() ? away() : unavailable("the index cannot be opened; it is tried again");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the service is shutting down");
    }
  }

  private boolean isAway() {
    return failure.get() == Failure.AWAY;
  }

  private static BraidException away() {
    return unavailable("the engine of the collection does not answer; try again");
  }

  private static BraidException unavailable(String detail) {
    return new BraidException(ProblemKind.UNAVAILABLE, detail);
  }

  /** Takes in what the record has that it does not; called while no other change comes. */
  void follow() {
    VectorIndex opened = index;
    Origin from = origin;
    if (!isReady() || opened == null || from == null) {
      return; // it catches up
    }
    try {
      catchUp(opened, from, PATIENCE);
    } catch (RuntimeException | Error e) {
      broken("does not follow", e);
    }
  }

  /** Why it is broken, where it is. */
  Optional<Failure> failure() {
    return Optional.ofNullable(failure.get());
  }

  private void broken(String what, Throwable e) {
    Failure worst =
        failure.accumulateAndGet(
            Failure.of(e), (before, now) -> before == null || before.isBefore(now) ? now : before);
    ready.completeExceptionally(e);
    if (isRetry && worst == Failure.AWAY) {
      log.debug("its engine is still away", e);
      return;
    }
    log.warn("an index {}, so it is opened anew: {}", what, e.toString());
    log.debug("it was", e);
  }

  /**
   * Makes what it holds outlast the process; up to which number it does, 0 where that is not known.
   */
  long persist() {
    VectorIndex opened = index;
    if (!isReady() || opened == null || !tryHold()) {
      return 0;
    }
    try {
      if (opened.persisted() < applied) {
        opened.persist();
      }
      return opened.persisted();
    } catch (EngineAwayException e) {
      log.debug("it is persisted later", e);
      return 0;
    } catch (RuntimeException | Error e) {
      broken("cannot be written", e);
      return 0;
    } finally {
      release();
    }
  }

  /** Holds it open until {@link #release}; false where it is closed. */
  boolean tryHold() {
    return holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
  }

  void release() {
    if (holders.decrementAndGet() > 0) {
      return;
    }
    try {
      VectorIndex opened = index;
      if (opened != null) {
        opened.close();
      }
    } catch (RuntimeException e) {
      log.warn("an index does not close", e);
    }
    try {
      afterwards.run();
    } catch (RuntimeException e) {
      log.warn("what an index has left stays for now", e);
    }
  }

  /**
   * Closes it when nobody holds it any more; once, however often it is called.
   *
   * @param then is run after that
   */
  void close(Runnable then) {
    if (!isClosing.compareAndSet(false, true)) {
      return;
    }
    afterwards = then;
    ready.completeExceptionally(new IllegalStateException("closed"));
    release();
  }
}
