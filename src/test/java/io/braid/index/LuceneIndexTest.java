package io.braid.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.encoder.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index by Lucene, told to walk its graphs also where looking at everything costs less. */
class LuceneIndexTest extends VectorIndexContract {
  private static final Tuning GRAPH = new Tuning(40, 0, 8);

  @TempDir Path folder;

  @Override
  VectorIndex emptyIndex() {
    return LuceneIndex.open(folder.resolve("index"), GRAPH);
  }

  private void reopen() {
    index.close();
    index = emptyIndex();
  }

  @Test
  void holdsWhatWasPersistedAndSaysUpToWhere() {
    assertThat(index.persisted()).isZero();
    List<Change> changes = random(30);
    apply(changes);
    assertThat(index.persisted()).isZero();
    index.persist();
    assertThat(index.persisted()).isEqualTo(30);
    index.apply(List.of(new Change.Remove("item 1")), 31);
    reopen();
    assertThat(index.persisted()).isEqualTo(30);
    expected.check(index, exact(100, entries.vector()));
    index.apply(List.of(new Change.Remove("item 1")), 31);
    index.persist();
    index.persist();
    reopen();
    assertThat(index.persisted()).isEqualTo(31);
    assertThat(index.count()).isEqualTo(29);
  }

  @Test
  void aProcessThatEndsAtAnyTimeLeavesWhatWasPersisted() throws IOException {
    apply(random(400));
    index.persist();
    for (int round = 0; round < 20; round++) {
      index.apply(List.of(new Change.Put(entries.entry("later " + round))), 401 + round);
      index.count();
    }
    Path copy = folder.resolve("copy");
    copy(folder.resolve("index"), copy);
    try (LuceneIndex left = LuceneIndex.open(copy, GRAPH)) {
      assertThat(left.persisted()).isEqualTo(400);
      assertThat(left.count()).isEqualTo(400);
      expected.check(left, exact(500, entries.vector()));
    }
  }

  @Test
  void persistsWhileChangesAndSearchesGoOn() throws Exception {
    try (var thread = Executors.newSingleThreadExecutor()) {
      var persisting =
          thread.submit(() -> {
            for (int i = 0; i < 20; i++) {
              index.persist();
            }
          });
      for (int i = 0; i < 300; i++) {
        apply(new Change.Put(entries.entry("item " + i % 50)));
        expected.check(index, exact(3, entries.vector()));
      }
      persisting.get();
    }
    long sequence = index.persisted();
    reopen();
    assertThat(index.persisted()).isEqualTo(sequence);
  }

  @Test
  void aFolderThatCannotBeReadIsToldFromOneInUse() throws IOException {
    apply(random(300));
    index.persist();
    assertThatThrownBy(() -> LuceneIndex.open(folder.resolve("index")))
        .isNotInstanceOf(DamagedIndexException.class);
    index.close();
    try (Stream<Path> files = Files.list(folder.resolve("index"))) {
      for (Path file : files.filter(file -> !file.endsWith("write.lock")).toList()) {
        for (int damage = 0; damage < 3; damage++) {
          Path copy = folder.resolve(file.getFileName() + "-" + damage);
          copy(folder.resolve("index"), copy);
          damage(copy.resolve(file.getFileName()), damage);
          assertThatThrownBy(() -> LuceneIndex.open(copy).close())
              .as("%s, %d", file.getFileName(), damage)
              .isInstanceOf(DamagedIndexException.class);
        }
      }
    }
    index = emptyIndex();
  }

  private static void damage(Path file, int damage) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case 0 -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      case 1 -> Files.write(file, new byte[0]);
      default -> {
        bytes[0] ^= 1;
        Files.write(file, bytes);
      }
    }
  }

  @Test
  void aFolderOfSomeoneElsesIndexIsDamaged() throws IOException {
    Path other = folder.resolve("other");
    try (var directory = FSDirectory.open(other)) {
      new IndexWriter(directory, new IndexWriterConfig()).close();
    }
    assertThatThrownBy(() -> LuceneIndex.open(other)).isInstanceOf(DamagedIndexException.class);
  }

  @Test
  void afterAMergeHasFailedTheIndexSaysSo() {
    var merges = new BackgroundMerges();
    merges.check();
    merges.handleMergeException(new IOException("No space left on device"));
    assertThatThrownBy(merges::check).hasMessageContaining("No space left on device");
  }

  @Test
  void aSearchIsNotHurtByAnInterruptNorHurtsTheIndex() {
    apply(random(20));
    Thread.currentThread().interrupt();
    try {
      expected.check(index, exact(5, entries.vector()));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    apply(new Change.Remove("item 1"));
    expected.check(index, exact(5, entries.vector()));
  }

  @Test
  void holdsVectorsOf4096() {
    var vectors = new ClusteredVectors(3, 4096, 1, 5);
    apply(put("a", vectors.next()), put("b", vectors.next()));
    index.persist();
    reopen();
    expected.check(index, exact(2, vectors.next()));
  }

  @Test
  void aQueryOfAnotherSizeIsRefused() {
    apply(random(20));
    assertThatThrownBy(() -> index.search(exact(1, Vector.of(1, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a query of 2 for vectors of 8");
  }

  @Test
  void manyFieldsOfMetadataAreNoFieldsOfLucene() throws IOException {
    var changes = new ArrayList<Change>();
    for (int i = 0; i < 200; i++) {
      var fields = new HashMap<String, Set<Value>>();
      for (int field = 0; field < 100; field++) {
        fields.put("field " + i + " " + field, Set.of(new Value.Numeric(field)));
      }
      changes.add(
          new Change.Put(
              new Entry(
                  "" + i, Map.of("fusion", entries.vector()), List.of(), new Metadata(fields))));
    }
    apply(changes);
    index.persist();
    var search =
        filtered(
            exact(9, entries.vector()), new Filter.In("field 7 31", Set.of(new Value.Numeric(31))));
    assertThat(found(search)).containsExactly("7");
    try (Stream<Path> files = Files.list(folder.resolve("index"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".fnm")))
          .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(2_000));
    }
  }

  @Test
  void theLongestMetadataFitsInATerm() {
    String text = "\u6f22".repeat((16 << 10) / 3); // three bytes each
    String other = text.substring(1) + "\ud83d\ude00";
    for (String value : List.of(text, other)) {
      apply(
          new Change.Put(
              new Entry(
                  value.substring(0, 9) + value.length(),
                  Map.of("fusion", Vector.of(1, 0)),
                  List.of(),
                  new Metadata(Map.of("field", Set.of(new Value.Text(value)))))));
    }
    var from = java.util.Optional.of(new Filter.Bound<>(text, false));
    var search =
        filtered(
            exact(9, Vector.of(1, 0)),
            new Filter.TextRange("field", from, java.util.Optional.empty()));
    expected.check(index, search);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        if (!file.endsWith("write.lock")) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    }
  }
}
