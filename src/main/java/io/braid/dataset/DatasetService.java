package io.braid.dataset;

import io.braid.config.BraidProperties;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.Page;
import io.braid.problem.ProblemKind;
import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import io.braid.store.Replicas;
import io.braid.store.SharedLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes datasets in, describes, replaces and deletes them. */
@Service
public class DatasetService {
  private static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  /** A compressed file may unpack to so many times the limit of an upload. */
  private static final int UNPACKED = 8;

  /** Uploads under way, whose files may lie on the disk beside what is stored. */
  private static final int UPLOADS = 8;

  /** Uploads that are read at once; each takes memory for the ids of its samples. */
  private static final int READ_AT_ONCE = 2;

  private final DatasetRepository repository;
  private final TransactionTemplate transaction;
  private final DataFolder data;
  private final Path folder;
  private final ObjectProvider<DatasetUse> uses;
  private final BraidProperties properties;
  private final Semaphore uploads = new Semaphore(UPLOADS);
  private final Semaphore readers = new Semaphore(READ_AT_ONCE, true);
  private final Clock clock = Clock.systemUTC();

  /** Held while a name and its content come or go, so that neither is seen without the other. */
  private final SharedLock changes;

  /**
   * What a PUT did.
   *
   * @param isNew whether there was none of that name before
   */
  record Put(DatasetDescription dataset, boolean isNew) {}

  DatasetService(
      DatasetRepository repository,
      TransactionTemplate transaction,
      DataFolder data,
      ObjectProvider<DatasetUse> uses,
      BraidProperties properties,
      Replicas replicas) {
    this.repository = repository;
    this.transaction = transaction;
    this.data = data;
    this.folder = data.folder("datasets");
    this.uses = uses;
    this.properties = properties;
    this.changes = new SharedLock(replicas, "datasets");
    changes.holding(this::clean);
  }

  /** Removes content that nothing refers to, which a crash left behind. */
  private void clean() {
    var referenced = repository.contents();
    try (var all = Files.list(folder)) {
      all.filter(content -> !referenced.contains(content.getFileName().toString()))
          .forEach(DurableFiles::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A dataset by its name; 404 where there is none. */
  public DatasetDescription find(String name) {
    return lookUp(name).orElseThrow(() -> unknown(name));
  }

  /** A dataset by its name; empty where there is none. */
  public Optional<DatasetDescription> lookUp(String name) {
    return repository.find(name).flatMap(this::describe);
  }

  /** What names the content of a dataset; empty where there is none. */
  public Optional<String> content(String name) {
    return repository.find(name).map(DatasetRepository.Stored::contentSha256);
  }

  /** Does something while no dataset comes, changes or goes. */
  public <T> T whileUnchanged(Supplier<T> what) {
    return changes.holding(what);
  }

  /** A page of datasets, by name; see {@link Page#of}. */
  Page<DatasetDescription> list(int limit, String cursor) {
    Page<DatasetRepository.Stored> page =
        Page.of(limit, cursor, repository::list, DatasetRepository.Stored::name);
    return new Page<>(
        page.items().stream().flatMap(stored -> describe(stored).stream()).toList(),
        page.nextCursor());
  }

  /** The files of a content; empty where its dataset was replaced or deleted by now. */
  public Optional<StoredDataset> open(String contentSha256) {
    return changes.holding(() -> {
      return Files.exists(folder(contentSha256))
          ? Optional.of(StoredDataset.open(folder(contentSha256)))
          : Optional.empty();
    });
  }

  /** Where the files of a content are, while something uses it: see {@link DatasetUse}. */
  public Path folder(String contentSha256) {
    return folder.resolve(contentSha256);
  }

  /** Empty where it is gone by now; where it was replaced, what it is instead. */
  private Optional<DatasetDescription> describe(DatasetRepository.Stored stored) {
    try {
      return Optional.of(description(stored));
    } catch (NoSuchFileException e) {
      Optional<DatasetRepository.Stored> now = repository.find(stored.name());
      if (now.isPresent() && now.get().contentSha256().equals(stored.contentSha256())) {
        throw new UncheckedIOException("the files of dataset '" + stored.name() + "' are gone", e);
      }
      return now.flatMap(this::describe);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DatasetDescription description(DatasetRepository.Stored stored) throws IOException {
    Manifest manifest = StoredDataset.readManifest(folder(stored.contentSha256()));
    long pairs = (long) manifest.samples() * manifest.present().size();
    long present = manifest.present().stream().mapToLong(Integer::longValue).sum();
    return new DatasetDescription(
        stored.name(),
        stored.contentSha256(),
        manifest.samples(),
        (pairs - present) / (double) pairs,
        StoredDataset.schema(manifest),
        manifest.present(),
        manifest.labels(),
        stored.train(),
        stored.test(),
        manifest.constantColumns(),
        stored.created());
  }

  /** Runs an upload within the limit of those under way; refuses it at the door beyond that. */
  <T> T admit(Supplier<T> upload) {
    if (!uploads.tryAcquire()) {
      throw new BraidException(
          ProblemKind.BUSY, UPLOADS + " uploads are under way; try again shortly");
    }
    try {
      return upload.get();
    } finally {
      uploads.release();
    }
  }

  /**
   * Takes a dataset in, in place of the one of that name if there is one.
   *
   * @param parts file parts by name, {@code labels} among them
   */
  Put put(String name, byte[] schema, String schemaFile, Map<String, DatasetImport.Part> parts) {
    if (!name.matches(NAME)) {
      throw BraidException.invalid(
          List.of(new Fault("dataset", "'" + name + "', expected " + NAME)));
    }
    requireUnused(name);
    Path incoming = data.incoming();
    readers.acquireUninterruptibly();
    try {
      Files.createDirectories(incoming);
      var reading =
          new DatasetImport(
              properties.queue().entryTokens(),
              properties.limits().datasetSamples(),
              UNPACKED * properties.limits().upload().toBytes(),
              ParquetTable.PATIENCE);
      String content = reading.run(schema, schemaFile, parts, incoming);
      Split split;
      try (StoredDataset dataset = StoredDataset.open(incoming)) {
        split = Split.of(dataset, Split.TEST_FRACTION, Split.SEED);
      }
      return keep(name, content, incoming, split);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      readers.release();
      DurableFiles.delete(incoming);
    }
  }

  private Put keep(String name, String content, Path incoming, Split split) {
    return changes.holding(() -> {
      requireUnused(name);
      var before = repository.find(name);
      if (!Files.exists(folder(content))) {
        moveIn(incoming, folder(content));
      }
      var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      try {
        var stored =
            new DatasetRepository.Stored(
                name, content, split.train().size(), split.test().size(), now.toString());
        transaction.executeWithoutResult(_ -> repository.put(stored));
      } finally {
        removeIfUnused(content); // where it could not be stored
      }
      before.map(DatasetRepository.Stored::contentSha256).ifPresent(this::removeIfUnused);
      return new Put(find(name), before.isEmpty());
    });
  }

  private void moveIn(Path incoming, Path content) {
    try {
      Files.move(incoming, content, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.force(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a dataset; 404 where there is none, 409 while a job uses it. */
  void delete(String name) {
    changes.holding(() -> {
      String content =
          repository
              .find(name)
              .map(DatasetRepository.Stored::contentSha256)
              .orElseThrow(() -> unknown(name));
      requireUnused(name);
      transaction.executeWithoutResult(_ -> repository.delete(name));
      removeIfUnused(content);
    });
  }

  private void removeIfUnused(String content) {
    if (!repository.contents().contains(content)) {
      DurableFiles.delete(folder(content));
    }
  }

  private void requireUnused(String name) {
    if (uses.stream().anyMatch(use -> use.isUsed(name))) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "dataset '%s' is used by a job or an evaluation that is queued or runs; wait for it or cancel it"
              .formatted(name));
    }
  }

  private static BraidException unknown(String name) {
    return new BraidException(ProblemKind.NOT_FOUND, "there is no dataset '" + name + "'");
  }
}
