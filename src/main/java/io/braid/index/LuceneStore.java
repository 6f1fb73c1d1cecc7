package io.braid.index;

import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Indexes by Lucene, a folder each. */
public final class LuceneStore implements IndexStore {
  private final Path folder;

  public LuceneStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public VectorIndex open(IndexId id) {
    return LuceneIndex.open(path(id));
  }

  @Override
  public void delete(IndexId id) {
    DurableFiles.delete(path(id));
  }

  @Override
  public List<IndexId> list() {
    try (var all = Files.list(folder)) {
      return all.map(path -> IndexId.parse(path.getFileName().toString()))
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path path(IndexId id) {
    return folder.resolve(id.toString());
  }
}
