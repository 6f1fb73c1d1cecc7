package io.braid.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.index.Change;
import io.braid.index.EngineAwayException;
import io.braid.index.Hit;
import io.braid.index.Search;
import io.braid.index.VectorIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What an index that is opened, and a record that it is behind of, make of each other. */
class LiveIndexTest {
  private static final GenerationId ID = new GenerationId(1, 1);

  private final Held held = new Held();
  private final Told record = new Told();

  // The model's version is nothing to an index.
  @SuppressWarnings("NullAway")
  private final LiveIndex index = new LiveIndex(new Generation(ID, null), 1);

  /** Says what it holds, and takes whatever comes. */
  private static final class Held implements VectorIndex {
    private long begun;
    private long persisted;
    private boolean isAway;
    private final List<Long> reached = new ArrayList<>();

    @Override
    public void apply(List<Change> changes, long sequence) {
      if (isAway) {
        throw new EngineAwayException("for now");
      }
      reached.add(sequence);
    }

    @Override
    public List<List<Hit>> search(Search search) {
      return List.of();
    }

    @Override
    public long count() {
      return 0;
    }

    @Override
    public void persist() {
      // nothing lasts
    }

    @Override
    public long persisted() {
      return persisted;
    }

    @Override
    public long begun() {
      return begun;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  /** A record of 1500 changes. */
  private final class Told implements LiveIndex.Origin {
    private long forgotten;
    private long forgottenAfterOneBatch;
    private long begunAt;

    @Override
    public VectorIndex openIndex() {
      return held;
    }

    @Override
    public long knownSequence() {
      return 1500;
    }

    @Override
    public long recordedSequence() {
      return knownSequence();
    }

    @Override
    public long forgottenSequence() {
      return held.reached.isEmpty() ? forgotten : Math.max(forgotten, forgottenAfterOneBatch);
    }

    @Override
    public long begunAt() {
      return begunAt;
    }

    @Override
    public List<ItemRepository.Numbered> changes(long after, long upTo, int limit) {
      return LongStream.rangeClosed(after + 1, upTo)
          .limit(limit)
          .mapToObj(number -> new ItemRepository.Numbered(number, new Change.Remove("i" + number)))
          .toList();
    }

    @Override
    public void exclusively(Runnable what) {
      what.run();
    }

    @Override
    public void caughtUp() {
      // nobody waits
    }
  }

  @Test
  void anEmptyOneIsGivenAllThatThereIs() {
    record.forgotten = 700;
    index.open(record);
    assertThat(index.isReady()).isTrue();
    assertThat(held.reached).containsExactly(1000L, 1500L);
  }

  @Test
  void oneThatIsBehindWhatIsForgottenIsDamaged() {
    held.begun = 600;
    held.persisted = 500;
    record.forgotten = 700;
    index.open(record);
    assertThat(index.failure()).contains(LiveIndex.Failure.DAMAGED);
    assertThat(held.reached).isEmpty();
  }

  @Test
  void oneOfWhichNothingLastsButSomethingIsThereIsDamagedToo() {
    held.begun = 600;
    record.forgotten = 700;
    index.open(record);
    assertThat(index.failure()).contains(LiveIndex.Failure.DAMAGED);
  }

  @Test
  void oneThatWasBegunLaterThanWhatIsForgottenGoesOnWhereItWas() {
    held.begun = 600;
    held.persisted = 500;
    record.forgotten = 700;
    record.begunAt = 800;
    index.open(record);
    assertThat(index.isReady()).isTrue();
    assertThat(held.reached).containsExactly(1500L);
  }

  @Test
  void whatIsForgottenWhileItIsFilledDoesNotMatterWhereItWasRemovedBefore() {
    record.forgottenAfterOneBatch = 1500;
    index.open(record);
    assertThat(index.isReady()).isTrue();
  }

  @Test
  void whatIsForgottenWhileItGoesOnIsMissed() {
    held.begun = 100;
    held.persisted = 100;
    record.forgottenAfterOneBatch = 1400;
    index.open(record);
    assertThat(index.failure()).contains(LiveIndex.Failure.DAMAGED);
    assertThat(held.reached).containsExactly(1100L);
  }

  @Test
  void aServerThatIsAwaySaysNothingOfTheIndex() {
    held.isAway = true;
    index.open(record);
    assertThat(index.failure()).contains(LiveIndex.Failure.AWAY);
  }
}
