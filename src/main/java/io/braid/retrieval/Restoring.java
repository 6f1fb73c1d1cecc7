package io.braid.retrieval;

import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

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

  Restoring(
      CollectionRepository repository,
      CollectionRecord record,
      CalibrationRepository calibrations,
      ModelService models) {
    this.repository = repository;
    this.record = record;
    this.calibrations = calibrations;
    this.models = models;
  }

  /**
   * Puts all of a snapshot into the database, under a name that nobody asks for.
   *
   * @throws BraidException {@code CONFLICT} where the model's version is not here; of what is wrong
   *     with the snapshot, after which nothing is left of it
   */
  StoredCollection restore(SnapshotReader snapshot) {
    StoredCollection begun = models.whileUnchanged(() -> begin(snapshot.head()));
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

  private StoredCollection begin(SnapshotHead head) {
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
        number -> CollectionRepository.INCOMING + number,
        version,
        Engine.valueOf(head.engine().toUpperCase(Locale.ROOT)),
        head.outputs());
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
  StoredCollection finish(StoredCollection whole, String name) {
    repository.rename(whole.number(), name);
    return repository.find(whole.number());
  }

  /** Nothing is left of it. */
  void giveUp(StoredCollection whole) {
    repository.drop(whole.number());
  }
}
