package io.braid.retrieval;

import io.braid.problem.BraidException;
import io.braid.problem.Page;
import io.braid.problem.ProblemKind;
import io.braid.store.DurableFiles;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/** Takes, finds and deletes snapshots of collections. */
@Component
class SnapshotService {
  /** Snapshots that are taken at once. */
  private static final int AT_ONCE = 2;

  private final OpenCollections collections;
  private final SnapshotWriter writer;
  private final SnapshotFiles files;

  /** Each reads the database for as long as it takes. */
  private final Semaphore writing = new Semaphore(AT_ONCE);

  SnapshotService(OpenCollections collections, SnapshotWriter writer, SnapshotFiles files) {
    this.collections = collections;
    this.writer = writer;
    this.files = files;
  }

  /** Takes a snapshot; 429 where others are being taken. */
  SnapshotFiles.Snapshot take(OpenCollection collection) {
    if (!writing.tryAcquire()) {
      throw new BraidException(
          ProblemKind.BUSY, AT_ONCE + " snapshots are being taken; try again shortly");
    }
    try {
      long number = collection.stored().number();
      return files.write(number, file -> writer.write(number, file));
    } catch (RuntimeException e) {
      collection.requireNotDropped(); // else it was dropped meanwhile
      throw e;
    } finally {
      writing.release();
    }
  }

  /** A page of a collection's snapshots, by id; see {@link Page#of}. */
  Page<SnapshotFiles.Snapshot> list(OpenCollection collection, int limit, String cursor) {
    List<SnapshotFiles.Snapshot> all = files.all(collection.stored().number());
    return Page.of(
        limit,
        cursor,
        (after, most) ->
            all.stream().filter(one -> one.id().compareTo(after) > 0).limit(most).toList(),
        SnapshotFiles.Snapshot::id);
  }

  /** By its id; 404 where there is none. */
  SnapshotFiles.Snapshot find(OpenCollection collection, String id) {
    return files.find(collection.stored().number(), id);
  }

  void delete(OpenCollection collection, String id) {
    DurableFiles.delete(find(collection, id).file());
  }

  /** Deletes those of collections that are not there any more. */
  void deleteOfDropped() {
    files.keepOnly(
        collections.all().stream().map(collection -> collection.stored().number()).toList());
  }
}
