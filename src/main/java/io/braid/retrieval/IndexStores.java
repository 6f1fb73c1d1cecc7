package io.braid.retrieval;

import io.braid.config.BraidProperties;
import io.braid.device.Devices;
import io.braid.index.DamagedIndexException;
import io.braid.index.EngineAwayException;
import io.braid.index.IndexId;
import io.braid.index.IndexStore;
import io.braid.index.LuceneStore;
import io.braid.index.OpenSearchStore;
import io.braid.index.PgvectorStore;
import io.braid.index.TorchStore;
import io.braid.index.VectorIndex;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.store.DataFolder;
import io.braid.store.Installation;
import io.braid.store.Replicas;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.stereotype.Component;

/** Where indexes are, by engine. */
@Component
class IndexStores implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IndexStores.class);

  private final Map<Engine, IndexStore> stores = new EnumMap<>(Engine.class);

  IndexStores(
      DataFolder data,
      Devices devices,
      BraidProperties properties,
      DataSourceProperties database,
      Installation installation,
      Replicas replicas) {
    stores.put(Engine.LUCENE, new LuceneStore(data.ownFolder("indexes")));
    stores.put(Engine.TORCH, new TorchStore(devices.all().getFirst()));
    if (!properties.opensearch().nodes().isEmpty()) {
      stores.put(
          Engine.OPENSEARCH,
          new OpenSearchStore(properties.opensearch(), installation.id(), replicas.areShared()));
    }
    pgvector(properties.pgvector(), database)
        .ifPresent(settings ->
            stores.put(Engine.PGVECTOR, new PgvectorStore(settings, installation.id())));
  }

  /** The service's own PostgreSQL, if it has one, unless another is named. */
  private static Optional<BraidProperties.Pgvector> pgvector(
      BraidProperties.Pgvector settings, DataSourceProperties database) {
    if (settings.url() != null) {
      return Optional.of(settings);
    }
    String own = database.determineUrl();
    return own.startsWith("jdbc:postgresql:")
        ? Optional.of(
            new BraidProperties.Pgvector(
                own,
                database.determineUsername(),
                database.determinePassword(),
                settings.connections(),
                settings.timeout()))
        : Optional.empty();
  }

  /**
   * Refuses what could not be made now.
   *
   * @throws BraidException 422 where the engine is not configured or its server lacks something,
   *     503 where its server is away
   */
  void requireUsable(Engine engine) {
    IndexStore store = stores.get(engine);
    if (store == null) {
      throw BraidException.invalid(List.of(new Fault("/engine", notConfigured(engine))));
    }
    try {
      store
          .missing()
          .map(missing -> "'%s' needs %s".formatted(engine, missing))
          .ifPresent(fault -> {
            throw BraidException.invalid(List.of(new Fault("/engine", fault)));
          });
    } catch (EngineAwayException e) {
      log.warn("engine {} is away: {}", engine, e.getMessage());
      throw new BraidException(
          ProblemKind.UNAVAILABLE, "engine '%s' does not answer; try again".formatted(engine));
    }
  }

  private static String notConfigured(Engine engine) {
    String setting =
        switch (engine) {
          case PGVECTOR -> "braid.pgvector.url, or a PostgreSQL with the extension 'vector'";
          case OPENSEARCH -> "braid.opensearch.urls";
          case LUCENE, TORCH -> "nothing";
        };
    return "'%s' is not configured here: it needs %s".formatted(engine, setting);
  }

  private IndexStore store(Engine engine) {
    IndexStore store = stores.get(engine);
    if (store == null) {
      throw new EngineAwayException(notConfigured(engine));
    }
    return store;
  }

  /**
   * The newest attempt at the index of a generation, the first where there is none: any is as good
   * as the number up to which it holds the changes.
   */
  int newestAttempt(Engine engine, GenerationId generation) {
    return store(engine).list().stream()
        .filter(id -> GenerationId.of(id).equals(generation))
        .map(IndexId::attempt)
        .max(Comparator.naturalOrder())
        .orElse(IndexAttempts.FIRST);
  }

  /**
   * Opens an index; one of this process that cannot be read is made anew, and so is empty.
   *
   * @throws DamagedIndexException where one that others search too cannot be read
   */
  VectorIndex open(Engine engine, IndexId id) {
    try {
      return store(engine).open(id);
    } catch (DamagedIndexException e) {
      if (engine.isRemote()) {
        throw e;
      }
      log.warn("index {} is built anew: {}", id, e.getMessage());
      store(engine).delete(id);
      return store(engine).open(id);
    }
  }

  /** Deletes an index. */
  void delete(Engine engine, IndexId id) {
    store(engine).delete(id);
  }

  /**
   * Deletes what nobody needs, as far as that goes.
   *
   * @return whether nothing is left of it
   */
  boolean deleteUnneeded(Engine engine, Predicate<IndexId> isNeeded) {
    IndexStore store = stores.get(engine);
    if (store == null) {
      return true;
    }
    try {
      for (IndexId id : store.list()) {
        if (!isNeeded.test(id)) {
          store.delete(id);
          log.info("engine {}: index {} was left over, and is deleted", engine, id);
        }
      }
      return true;
    } catch (EngineAwayException e) {
      log.debug("engine {} is away", engine, e);
    } catch (RuntimeException e) {
      log.warn("what is left over in engine {} stays for now: {}", engine, e.toString());
    }
    return false;
  }

  /** Engines that are configured. */
  List<Engine> engines() {
    return List.copyOf(stores.keySet());
  }

  @Override
  public void close() {
    stores.values().forEach(IndexStore::close);
  }
}
