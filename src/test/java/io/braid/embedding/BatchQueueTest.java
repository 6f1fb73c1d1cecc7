package io.braid.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.model.ModelConfig;
import io.braid.model.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class BatchQueueTest {
  private static final Set<Output> FUSION = Set.of(Output.FUSION);

  private final BatchQueue queue = new BatchQueue();

  @Test
  void takesWhatIsThereInOrderUpToTheBudget() throws Exception {
    var entries = List.of(entry(1, 10), entry(1, 10), entry(1, 10));
    queue.add(entries);
    assertThat(queue.take(20)).isEqualTo(entries.subList(0, 2));
    assertThat(queue.depth()).isEqualTo(1);
    assertThat(queue.tokens()).isEqualTo(10);
    assertThat(queue.take(20)).isEqualTo(entries.subList(2, 3));
  }

  @Test
  void countsThePaddingThatALongSampleGivesTheOthers() throws Exception {
    QueueEntry aLong = entry(1, 100);
    QueueEntry many = entry(50, 1);
    queue.add(List.of(aLong, many));
    assertThat(queue.take(1000)).containsExactly(aLong);
    assertThat(queue.take(1000)).containsExactly(many);
  }

  @Test
  void takesTheFirstWhateverItsSize() throws Exception {
    QueueEntry huge = entry(1, 1_000_000);
    queue.add(List.of(huge, entry(1, 1)));
    assertThat(queue.take(10)).containsExactly(huge);
  }

  @Test
  void mixesNeitherVersionsNorOutputsInABatch() throws Exception {
    QueueEntry one = entry(1, FUSION, 1, 5);
    QueueEntry other = entry(2, FUSION, 1, 5);
    QueueEntry all = entry(1, Set.copyOf(Output.named()), 1, 5);
    QueueEntry again = entry(1, FUSION, 1, 5);
    queue.add(List.of(one, other, all, again));
    assertThat(queue.take(100)).containsExactly(one, again);
    assertThat(queue.take(100)).containsExactly(other);
    assertThat(queue.take(100)).containsExactly(all);
  }

  @Test
  void whatHasANumberOfItsOwnSharesWithNobody() throws Exception {
    QueueEntry one = entry(1, 5);
    QueueEntry alone = new QueueEntry(numbered(one, 1), List.of(), one.size(), Optional.empty());
    QueueEntry aloneToo = new QueueEntry(numbered(one, 2), List.of(), one.size(), Optional.empty());
    QueueEntry again = entry(1, 5);
    queue.add(List.of(alone, one, aloneToo, again));
    assertThat(queue.take(100)).containsExactly(alone);
    assertThat(queue.take(100)).containsExactly(one, again);
    assertThat(queue.take(100)).containsExactly(aloneToo);
  }

  private static QueueEntry.Kind numbered(QueueEntry like, long number) {
    return new QueueEntry.Kind(like.kind().version(), like.kind().outputs(), number);
  }

  @Test
  void leavesOutWhatWasDropped() throws Exception {
    QueueEntry dropped = entry(1, 5);
    QueueEntry kept = entry(1, 5);
    queue.add(List.of(dropped, kept));
    assertThat(dropped.drop()).isTrue();
    assertThat(queue.take(100)).containsExactly(kept);
    assertThat(kept.drop()).isFalse();
    assertThat(queue.tokens()).isZero();
  }

  @Test
  void waitsForAnEntry() throws Exception {
    try (var pool = Executors.newSingleThreadExecutor()) {
      var taken = pool.submit(() -> queue.take(10));
      QueueEntry late = entry(1, 1);
      queue.add(List.of(late));
      assertThat(taken.get()).containsExactly(late);
    }
  }

  private static QueueEntry entry(int samples, long longest) {
    return entry(1, FUSION, samples, longest);
  }

  private static QueueEntry entry(int version, Set<Output> outputs, int samples, long longest) {
    var schema = new ModalitySchema(List.of(new Modality.Tokens("text", 9, 9)));
    var config = new EncoderConfig(Architecture.MCA, 8, 1, 1, 8, 4, 8, List.of(1), schema);
    var model =
        new ModelVersion(
            "m",
            version,
            new ModelConfig(config, Optional.empty()),
            "",
            0,
            Map.of(),
            Map.of(),
            Instant.EPOCH);
    return new QueueEntry(
        QueueEntry.Kind.shared(model, outputs, 0),
        List.of(),
        new BatchSize(samples, longest),
        Optional.empty());
  }
}
