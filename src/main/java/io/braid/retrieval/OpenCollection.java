package io.braid.retrieval;

import io.braid.embedding.SubsetCounts;
import io.braid.index.Change;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.store.Replicas;
import io.braid.store.SharedLock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A collection while the service runs: one writer at a time, the record first and the indexes right
 * after it, so that every later search sees what was acknowledged.
 */
final class OpenCollection {
  /** Brings a collection up to what the database says; called under its lock. */
  interface Follower {
    void follow(OpenCollection collection);
  }

  private final CollectionRecord record;
  private final ItemRepository items;
  private final Follower follower;
  private final Replicas replicas;

  /** Held by whoever changes the collection, or what searches it. */
  private final SharedLock changes;

  /** What queries had, since the service started. */
  private final SubsetCounts queries = new SubsetCounts();

  private volatile StoredCollection stored;
  private volatile LiveIndex searched;
  private volatile @Nullable LiveIndex next;
  private volatile @Nullable LiveIndex rebuilt;
  private volatile boolean isDropped;

  /** Whether a change has failed so that {@link #stored} may be out of date; under the lock. */
  private boolean isDoubtful;

  /**
   * @param searched what answers searches
   */
  OpenCollection(
      StoredCollection stored,
      LiveIndex searched,
      CollectionRecord record,
      ItemRepository items,
      Follower follower,
      Replicas replicas) {
    this.stored = stored;
    this.searched = searched;
    this.record = record;
    this.items = items;
    this.follower = follower;
    this.replicas = replicas;
    this.changes = new SharedLock(replicas, "collection " + stored.number());
  }

  StoredCollection stored() {
    return stored;
  }

  SubsetCounts queries() {
    return queries;
  }

  LiveIndex searched() {
    return searched;
  }

  /** The index of the generation that a re-index makes. */
  Optional<LiveIndex> next() {
    return Optional.ofNullable(next);
  }

  /** The index that makes this generation, if it is the next one. */
  Optional<LiveIndex> next(Generation generation) {
    return next().filter(index -> index.generation().equals(generation));
  }

  /** What will take the place of the index that is searched, once it has caught up. */
  Optional<LiveIndex> rebuilt() {
    return Optional.ofNullable(rebuilt);
  }

  /** All that are open, or are being opened. */
  List<LiveIndex> indexes() {
    return Stream.of(Optional.of(searched), next(), rebuilt()).flatMap(Optional::stream).toList();
  }

  /** Generations that an item must be embedded for: the one searched, and the next one if any. */
  List<Generation> generations() {
    return changes.inThisProcess(() -> {
      LiveIndex coming = next;
      return coming == null
          ? List.of(searched.generation())
          : List.of(searched.generation(), coming.generation());
    });
  }

  /** Does something while nobody else changes this collection; not for long. */
  void exclusively(Runnable what) {
    exclusively(() -> {
      what.run();
      return true;
    });
  }

  /** Does something while nobody else changes this collection; not for long. */
  <T> T exclusively(Supplier<T> what) {
    boolean isInside = changes.isHeldByCurrentThread();
    return changes.holding(() -> {
      if (!isInside && (isDoubtful || replicas.areShared())) {
        follow();
      }
      requireNotDropped();
      return what.get();
    });
  }

  /** Takes in what other replicas have made of it, if that is not what is known here. */
  void followTo(StoredCollection now) {
    if (!isAt(now)) {
      changes.inThisProcess(() -> {
        if (!isAt(now)) {
          follow();
        }
      });
    }
  }

  /** What is known comes before what is applied, so that an index may be behind it. */
  private boolean isAt(StoredCollection now) {
    return now.equals(stored) && (now.engine().isRemote() || searched.applied() >= now.sequence());
  }

  private void follow() {
    if (!isDropped) {
      follower.follow(this);
      isDoubtful = false;
    }
  }

  /**
   * It is so in the database, and these indexes follow: remote ones when they are needed, for that
   * may take time. Under the lock.
   *
   * @param next makes the next generation
   */
  void adopt(StoredCollection now, LiveIndex searched, @Nullable LiveIndex next) {
    this.searched = searched;
    this.next = next;
    this.stored = now;
    if (!now.engine().isRemote()) {
      indexes().forEach(LiveIndex::follow);
    }
  }

  /** Lets what is searched hold all that is known, where others write to the same index. */
  void catchUp() {
    if (isIndexShared() && searched.applied() < stored.sequence()) {
      changes.inThisProcess(() -> searched.follow());
    }
  }

  private boolean isIndexShared() {
    return replicas.areShared() && stored.engine().isRemote();
  }

  /** Tells an index of the changes that were just recorded. */
  private void apply(LiveIndex index, List<Change> made, long before) {
    if (isIndexShared() && index.applied() < before) {
      index.follow(); // to these too
    } else {
      index.apply(made, stored.sequence());
    }
  }

  /** It is dropped already. Under the lock. */
  void markDropped() {
    isDropped = true;
  }

  void requireNotDropped() {
    if (isDropped) {
      throw new BraidException(
          ProblemKind.NOT_FOUND, "collection '" + stored.name() + "' was dropped");
    }
  }

  boolean isDropped() {
    return isDropped;
  }

  /** What came of a put. */
  enum Outcome {
    DONE,
    /** Nothing was done: an item is not as it was. */
    CHANGED,
    /** Nothing was done: by now other generations are to be embedded for. */
    OTHER_GENERATIONS
  }

  /**
   * Puts items with distinct ids.
   *
   * @param embedded by generation, one an item
   * @param unchanged numbers of items that must be as they were
   */
  Outcome put(
      List<Item> put, Map<Generation, List<Embedded>> embedded, Map<String, Long> unchanged) {
    return exclusively(() -> {
      if (!Set.copyOf(generations()).equals(embedded.keySet())) {
        return Outcome.OTHER_GENERATIONS;
      }
      if (!areUnchanged(unchanged)) {
        return Outcome.CHANGED;
      }
      Map<GenerationId, List<Embedded>> byId =
          embedded.entrySet().stream()
              .collect(Collectors.toMap(entry -> entry.getKey().id(), Map.Entry::getValue));
      var changes = new LinkedHashMap<LiveIndex, List<Change>>();
      for (LiveIndex index : following()) {
        changes.put(
            index,
            CollectionRecord.changes(put, embedded.getOrDefault(index.generation(), List.of())));
      }
      long before = stored.sequence();
      recorded(() -> record.put(stored, put, byId));
      changes.forEach((index, all) -> apply(index, all, before));
      return Outcome.DONE;
    });
  }

  /** Indexes that are told of each change; a rebuilt one catches up before it takes a place. */
  private List<LiveIndex> following() {
    return Stream.concat(Stream.of(searched), next().stream()).toList();
  }

  /**
   * Gives items their embeddings of the next generation, but for those that have changed since they
   * were read: who changed them did so.
   *
   * @return false where that generation is not the next one any more
   */
  boolean putNext(Generation generation, List<StoredItem> read, List<Embedded> embedded) {
    return exclusively(() -> {
      LiveIndex coming = next(generation).orElse(null);
      if (coming == null) {
        return false;
      }
      var before = items.before(stored, read.stream().map(one -> one.item().id()).toList());
      var put = new ArrayList<Item>();
      var of = new ArrayList<Embedded>();
      for (int i = 0; i < read.size(); i++) {
        var now = before.get(read.get(i).item().id());
        if (now != null && now.sequence() == read.get(i).sequence()) {
          put.add(read.get(i).item());
          of.add(embedded.get(i));
        }
      }
      List<String> ids = put.stream().map(Item::id).toList();
      List<Change> changes = CollectionRecord.changes(put, of);
      long known = stored.sequence();
      recorded(() -> record.putEmbeddings(stored, generation.id(), ids, of));
      apply(coming, changes, known);
      return true;
    });
  }

  /** Removes an item; false where there is none. */
  boolean remove(String id) {
    return exclusively(() -> {
      long before = stored.sequence();
      recorded(() -> record.remove(stored, id));
      if (stored.sequence() == before) {
        return false;
      }
      var removal = List.<Change>of(new Change.Remove(id));
      following().forEach(index -> apply(index, removal, before));
      return true;
    });
  }

  private boolean areUnchanged(Map<String, Long> unchanged) {
    var before = items.before(stored, unchanged.keySet());
    return unchanged.entrySet().stream()
        .allMatch(entry -> {
          var now = before.get(entry.getKey());
          return now != null && now.sequence() == entry.getValue();
        });
  }

  private void recorded(Supplier<StoredCollection> change) {
    isDoubtful = true;
    stored = change.get();
    isDoubtful = false;
  }

  /** From now on this index makes the next generation. */
  void begin(LiveIndex coming) {
    exclusively(() -> {
      next = coming;
    });
  }

  /** There is no next generation from now on. */
  void giveUpNext() {
    exclusively(() -> {
      next = null;
    });
  }

  /**
   * The next generation is searched from now on.
   *
   * @param recording notes it in the database, and says how the collection is then
   * @return what was searched before
   */
  LiveIndex switchToNext(Function<StoredCollection, StoredCollection> recording) {
    return exclusively(() -> {
      LiveIndex before = searched;
      LiveIndex coming = Objects.requireNonNull(next);
      recorded(() -> recording.apply(stored));
      searched = coming;
      next = null;
      return before;
    });
  }

  /**
   * Another index of the same generation takes the place of one.
   *
   * @param recording notes it in the database; false where it may not
   * @return false where that one has no place any more
   */
  boolean replace(LiveIndex before, LiveIndex after, BooleanSupplier recording) {
    return exclusively(() -> replaceNow(before, after, recording));
  }

  private boolean replaceNow(LiveIndex before, LiveIndex after, BooleanSupplier recording) {
    boolean hasPlace =
        before.generation().equals(after.generation()) && (searched == before || next == before);
    if (!hasPlace || !recording.getAsBoolean()) {
      return false;
    }
    if (next == before) {
      next = after;
    } else {
      searched = after;
      stored = stored.engine().isRemote() ? stored.searchedBy(after.attempt()) : stored;
    }
    return true;
  }

  /**
   * A rebuilt index takes the place of the one that is searched, if it is of the same generation.
   *
   * @param recording notes it in the database; false where it may not
   * @return what has no place any more: the one before it, or itself
   */
  LiveIndex takeOver(LiveIndex after, BooleanSupplier recording) {
    return exclusively(() -> {
      LiveIndex before = searched;
      boolean isReplaced = replaceNow(before, after, recording);
      rebuilt = null;
      return isReplaced ? before : after;
    });
  }

  /** The index that is searched is made anew; false if it is so already. */
  boolean beginRebuild(LiveIndex after) {
    return exclusively(() -> {
      if (rebuilt != null) {
        return false;
      }
      rebuilt = after;
      return true;
    });
  }

  /** What {@link #beginRebuild} began is over. */
  void endRebuild() {
    rebuilt = null;
  }

  /** Whoever writes from now on is told that it is gone. */
  void drop(Runnable recording) {
    exclusively(() -> {
      recording.run();
      isDropped = true;
    });
  }
}
