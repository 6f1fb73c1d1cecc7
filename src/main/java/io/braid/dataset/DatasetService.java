package io.braid.dataset;

import io.braid.config.BraidProperties;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/** Takes datasets in, describes, replaces and deletes them. */
@Service
public class DatasetService {
  private static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  /** A compressed file may unpack to so many times the limit of an upload. */
  private static final int UNPACKED = 8;

  private static final long SEED = 43;

  private final DatasetRepository repository;
  private final DataFolder data;
  private final Path folder;
  private final ObjectProvider<DatasetUse> uses;
  private final BraidProperties properties;
  private final Clock clock = Clock.systemUTC();

  /** Held while a name and its content come or go, so that neither is seen without the other. */
  private final ReentrantLock changes = new ReentrantLock();

  /**
   * What a PUT did.
   *
   * @param isNew whether there was none of that name before
   */
  record Put(DatasetDescription dataset, boolean isNew) {}

  DatasetService(
      DatasetRepository repository,
      DataFolder data,
      ObjectProvider<DatasetUse> uses,
      BraidProperties properties) {
    this.repository = repository;
    this.data = data;
    this.folder = data.folder("datasets");
    this.uses = uses;
    this.properties = properties;
    clean();
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
    return describe(repository.find(name).orElseThrow(() -> unknown(name)));
  }

  public boolean exists(String name) {
    return repository.find(name).isPresent();
  }

  /** Up to {@code limit} datasets whose names come after {@code after}, by name. */
  List<DatasetDescription> list(String after, int limit) {
    return repository.list(after, limit).stream().map(this::describe).toList();
  }

  /** Where the files of a content are, to be opened by {@link StoredDataset#open}. */
  public Path folder(String contentSha256) {
    return folder.resolve(contentSha256);
  }

  private DatasetDescription describe(DatasetRepository.Stored stored) {
    try {
      Manifest manifest = StoredDataset.readManifest(folder(stored.contentSha256()));
      long pairs = (long) manifest.samples() * manifest.present().size();
      long present = manifest.present().stream().mapToLong(Integer::longValue).sum();
      return new DatasetDescription(
          stored.name(),
          stored.contentSha256(),
          manifest.samples(),
          1 - present / (double) pairs,
          StoredDataset.schema(manifest),
          manifest.present(),
          manifest.labels(),
          stored.train(),
          stored.test(),
          manifest.constantColumns(),
          stored.created());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
    try {
      Files.createDirectories(incoming);
      var reading =
          new DatasetImport(
              properties.queue().entryTokens(),
              properties.limits().datasetSamples(),
              UNPACKED * properties.limits().upload().toBytes());
      String content = reading.run(schema, schemaFile, parts, incoming);
      Split split;
      try (StoredDataset dataset = StoredDataset.open(incoming)) {
        split = Split.of(dataset, Split.TEST_FRACTION, SEED);
      }
      return keep(name, content, incoming, split);
    } catch (UncheckedIOException e) {
      throw DatasetImport.isDiskFull(e) ? DatasetImport.diskFull() : e;
    } catch (IOException e) {
      throw DatasetImport.isDiskFull(e) ? DatasetImport.diskFull() : new UncheckedIOException(e);
    } finally {
      DurableFiles.delete(incoming);
    }
  }

  private Put keep(String name, String content, Path incoming, Split split) throws IOException {
    changes.lock();
    try {
      requireUnused(name);
      var before = repository.find(name);
      if (!Files.exists(folder(content))) {
        Files.move(incoming, folder(content), StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.force(folder);
      }
      var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      repository.put(
          new DatasetRepository.Stored(
              name, content, split.train().size(), split.test().size(), now.toString()));
      before.map(DatasetRepository.Stored::contentSha256).ifPresent(this::removeIfUnused);
      return new Put(find(name), before.isEmpty());
    } finally {
      changes.unlock();
    }
  }

  /** Deletes a dataset; 404 where there is none, 409 while a job uses it. */
  void delete(String name) {
    changes.lock();
    try {
      String content =
          repository
              .find(name)
              .map(DatasetRepository.Stored::contentSha256)
              .orElseThrow(() -> unknown(name));
      requireUnused(name);
      repository.delete(name);
      removeIfUnused(content);
    } finally {
      changes.unlock();
    }
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
          "dataset '%s' is used by a job that is queued or runs; wait for it or cancel it"
              .formatted(name));
    }
  }

  private static BraidException unknown(String name) {
    return new BraidException(ProblemKind.NOT_FOUND, "there is no dataset '" + name + "'");
  }
}
