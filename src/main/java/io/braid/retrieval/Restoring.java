package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes collections of snapshots: nobody sees one before all of it is there. */
@Component
class Restoring {
  /** Collections that are restored at once. */
  private static final int AT_ONCE = 2;

  /** Each holds some of its items, and keeps others from writing now and then. */
  private final Semaphore turns = new Semaphore(AT_ONCE);

  private final CollectionRepository repository;
  private final CollectionRecord record;
  private final CalibrationRepository calibrations;
  private final ModelService models;
  private final OpenCollections collections;
  private final Indexes indexes;
  private final IndexStores stores;
  private final Leftovers leftovers;
  private final TransactionTemplate transaction;
  private final BraidProperties properties;

  Restoring(
      CollectionRepository repository,
      CollectionRecord record,
      CalibrationRepository calibrations,
      ModelService models,
      OpenCollections collections,
      Indexes indexes,
      IndexStores stores,
      Leftovers leftovers,
      TransactionTemplate transaction,
      BraidProperties properties) {
    this.repository = repository;
    this.record = record;
    this.calibrations = calibrations;
    this.models = models;
    this.collections = collections;
    this.indexes = indexes;
    this.stores = stores;
    this.leftovers = leftovers;
    this.transaction = transaction;
    this.properties = properties;
  }

  /**
   * Makes a collection of a snapshot.
   *
   * @param name as {@link OpenCollections#requireFree} takes it
   * @throws BraidException {@code CONFLICT} where the model's version is not here, or the name was
   *     taken meanwhile; of what is wrong with the snapshot. Nothing is left of it then
   */
  OpenCollection restore(String name, Path file) {
    StoredCollection whole;
    try (SnapshotReader snapshot = SnapshotReader.open(file, properties)) {
      whole = put(snapshot);
    } finally {
      leftovers.wake();
    }
    return collections.exclusively(() -> {
      try {
        collections.requireFree(name);
        OpenCollection collection = collections.add(finish(whole, name));
        indexes.open(collection, collection.searched());
        return collection;
      } catch (RuntimeException e) {
        collections.remove(whole.number());
        repository.drop(whole.number());
        leftovers.wake();
        throw e;
      }
    });
  }

  /** Puts all of a snapshot into the database, under a name that nobody asks for. */
  private StoredCollection put(SnapshotReader snapshot) {
    Engine engine = Engine.valueOf(snapshot.head().engine().toUpperCase(Locale.ROOT));
    stores.requireUsable(engine);
    StoredCollection begun = models.whileUnchanged(() -> begin(snapshot.head(), engine));
    try {
      return fill(begun, snapshot);
    } catch (RuntimeException | Error e) {
      repository.drop(begun.number());
      throw e;
    }
  }

  /** Of one that restores; to be closed when it has. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /** Takes a turn before a snapshot comes in; 429 where there is none. */
  Turn turn() {
    if (!turns.tryAcquire()) {
      throw new BraidException(
          ProblemKind.BUSY, AT_ONCE + " collections are being restored; try again shortly");
    }
    return turns::release;
  }

  private StoredCollection begin(SnapshotHead head, Engine engine) {
    ModelVersion version =
        models.versions(head.model()).stream()
            .filter(head::isOf)
            .findFirst()
            .orElseThrow(() ->
                new BraidException(
                    ProblemKind.CONFLICT,
                    ("the snapshot's embeddings are of model '%s' version %d, which is not here;"
                            + " import its config and weights (sha256 %s) into '%s' first")
                        .formatted(
                            head.model(), head.version(), head.weightsSha256(), head.model())));
    return record.make(
        number -> CollectionRepository.INCOMING + number, version, engine, head.outputs());
  }

  private StoredCollection fill(StoredCollection begun, SnapshotReader snapshot) {
    var filled = new StoredCollection[] {begun};
    ModelVersion version = models.resolve(begun.model(), Optional.of(begun.version()));
    snapshot.items(
        version,
        some -> {
          List<Item> items = some.stream().map(SnapshotItem::item).toList();
          List<Embedded> embedded = some.stream().map(SnapshotItem::embedded).toList();
          filled[0] = record.put(filled[0], items, Map.of(begun.searched(), embedded));
        });
    StoredCollection whole = filled[0];
    snapshot.calibration(whole, version).ifPresent(calibrations::put);
    return whole;
  }

  /** From now on it is there. */
  private StoredCollection finish(StoredCollection whole, String name) {
    transaction.executeWithoutResult(_ -> repository.rename(whole.number(), name));
    return repository.find(whole.number());
  }
}
