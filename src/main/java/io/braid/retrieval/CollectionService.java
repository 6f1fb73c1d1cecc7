package io.braid.retrieval;

import io.braid.encoder.Output;
import io.braid.model.ModelService;
import io.braid.model.ModelUse;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes and drops collections. */
@Service
class CollectionService implements ModelUse {
  private final CollectionRepository repository;
  private final CollectionRecord record;
  private final OpenCollections collections;
  private final Indexes indexes;
  private final IndexStores stores;
  private final SnapshotService snapshots;
  private final Leftovers leftovers;
  private final ModelService models;
  private final TransactionTemplate transaction;

  CollectionService(
      CollectionRepository repository,
      CollectionRecord record,
      OpenCollections collections,
      Indexes indexes,
      IndexStores stores,
      SnapshotService snapshots,
      Leftovers leftovers,
      ModelService models,
      TransactionTemplate transaction) {
    this.repository = repository;
    this.record = record;
    this.collections = collections;
    this.indexes = indexes;
    this.stores = stores;
    this.snapshots = snapshots;
    this.leftovers = leftovers;
    this.models = models;
    this.transaction = transaction;
  }

  /**
   * What a PUT did.
   *
   * @param isNew whether there was none of that name before
   */
  record Put(OpenCollection collection, boolean isNew) {}

  /**
   * What a PUT says of a collection; what it leaves open is as it is, or has its default.
   *
   * @param keep {@code fusion} alone unless given
   */
  record Wish(
      String model,
      Optional<Integer> version,
      Optional<Engine> engine,
      Optional<Set<Output>> keep) {

    /** What a collection has that is wished otherwise, in words. */
    private Optional<String> difference(StoredCollection there) {
      return differs("model", Optional.of(model), there.model())
          .or(() -> differs("version", version, there.version()))
          .or(() -> differs("engine", engine, there.engine()))
          .or(() ->
              differs(
                  "keep",
                  keep.map(CollectionRepository::names),
                  CollectionRepository.names(there.keep())));
    }

    private static <T> Optional<String> differs(String field, Optional<T> wished, T is) {
      return wished
          .filter(wish -> !wish.equals(is))
          .map(wish -> "its %s is %s, not %s".formatted(field, is, wish));
    }
  }

  /**
   * Makes a collection, or finds that it is there as wished; 409 where it is there otherwise.
   *
   * @param name with which {@link OpenCollections#nameFault} finds nothing wrong
   */
  Put put(String name, Wish wish) {
    if (collections.findAny(name).isEmpty()) {
      resolve(wish);
      stores.requireUsable(wish.engine().orElse(Engine.LUCENE)); // before anything waits for this
    }
    Put put =
        collections.exclusively(() ->
            collections
                .findAny(name)
                .map(there -> unchanged(there, wish))
                .orElseGet(() -> new Put(models.whileUnchanged(() -> make(name, wish)), true)));
    if (put.isNew()) {
      indexes.openNow(put.collection());
    }
    return put;
  }

  private static Put unchanged(OpenCollection there, Wish wish) {
    wish.difference(there.stored())
        .ifPresent(difference -> {
          throw new BraidException(
              ProblemKind.CONFLICT,
              "there is a collection '%s', and %s".formatted(there.stored().name(), difference));
        });
    return new Put(there, false);
  }

  private OpenCollection make(String name, Wish wish) {
    return collections.add(
        record.make(
            _ -> name,
            resolve(wish),
            wish.engine().orElse(Engine.LUCENE),
            wish.keep().orElse(Set.of(Output.FUSION))));
  }

  private ModelVersion resolve(Wish wish) {
    try {
      return models.resolve(wish.model(), wish.version());
    } catch (BraidException e) {
      String pointer = models.exists(wish.model()) ? "/version" : "/model";
      throw BraidException.invalid(List.of(new Fault(pointer, String.valueOf(e.getMessage()))));
    }
  }

  /** Drops a collection with all that is in it. */
  void drop(String name) {
    collections.exclusively(() -> {
      OpenCollection collection = collections.find(name);
      long number = collection.stored().number();
      collection.drop(() -> transaction.executeWithoutResult(_ -> repository.drop(number)));
      collections.forget(collection);
      snapshots.deleteOfDropped();
      leftovers.wake();
    });
  }

  @Override
  public Optional<String> user(String model, int version) {
    return repository.user(model, version).map(name -> "collection '" + name + "'");
  }
}
