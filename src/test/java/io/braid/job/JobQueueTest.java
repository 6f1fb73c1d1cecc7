package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.encoder.Architecture;
import io.braid.encoder.Precision;
import io.braid.model.NetworkReader.Network;
import io.braid.torch.Device;
import io.braid.training.Keep;
import io.braid.training.Negatives;
import io.braid.training.Schedule;
import io.braid.training.Similarity;
import io.braid.training.TrainingSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order in which jobs start, by a clock that the test moves. */
class JobQueueTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<Slot> SLOTS = slots(4);

  private final JobQueue queue = new JobQueue(Duration.ofHours(1));

  private static List<Slot> slots(int number) {
    return IntStream.range(0, number).mapToObj(i -> new Slot("cpu-" + i, Device.CPU)).toList();
  }

  private static Job job(long number, int devices, int priority, Instant now) {
    var spec =
        new TrainingSpec(
            "demo",
            "model",
            Architecture.MCA,
            new Network(8, 1, 1, 8, 4, List.of(2), 1),
            new TrainingSpec.Optimizer(1e-4, Schedule.COSINE, 0, 0, 1),
            1,
            2,
            0,
            0,
            43,
            0.15,
            1,
            0,
            devices,
            Precision.FP32,
            priority,
            Optional.empty(),
            Negatives.PRESENT,
            Similarity.PRODUCT,
            Keep.BEST,
            0,
            new TrainingSpec.Evaluate(List.of(), List.of()),
            Optional.empty());
    return Job.queued(number, "job-" + number, spec, "", now, Optional.empty(), Map.of());
  }

  private List<Long> line(Instant now, Job... jobs) {
    return queue.line(List.of(jobs), now).stream().map(Job::number).toList();
  }

  @Test
  void priorityComesFirstThenAge() {
    Job old = job(1, 1, 0, START);
    Job urgent = job(2, 1, 5, START.plusSeconds(1));
    Job young = job(3, 1, 0, START.plusSeconds(2));
    assertThat(line(START.plusSeconds(3), young, old, urgent)).containsExactly(2L, 1L, 3L);
  }

  @Test
  void aFullHourOfWaitingIsWorthOnePriority() {
    Job low = job(1, 1, 0, START);
    Job high = job(2, 1, 1, START.plus(Duration.ofMinutes(30)));
    assertThat(line(START.plus(Duration.ofMinutes(59)), low, high)).containsExactly(2L, 1L);
    assertThat(line(START.plus(Duration.ofMinutes(60)), low, high)).containsExactly(1L, 2L);
    assertThat(line(START.plus(Duration.ofMinutes(90)), low, high)).containsExactly(2L, 1L);
  }

  @Test
  void smallJobsDoNotPassALargeOneThatWaits() {
    Job large = job(1, 4, 0, START);
    Job small = job(2, 1, 0, START.plusSeconds(1));
    assertThat(queue.next(List.of(large, small), slots(3), START)).isEmpty();
    assertThat(queue.next(List.of(large, small), slots(4), START).keySet()).containsExactly(large);
  }

  @Test
  void aJobGetsAllOfItsSlotsAtOnce() {
    Job two = job(1, 2, 0, START);
    Job one = job(2, 1, 0, START);
    Job more = job(3, 2, 0, START);
    var starts = queue.next(List.of(two, one, more), SLOTS, START);
    assertThat(starts.keySet()).containsExactly(two, one);
    assertThat(starts.values().stream().flatMap(List::stream)).doesNotHaveDuplicates().hasSize(3);
  }

  /** Jobs of random sizes and priorities come, run, and are cancelled for a day. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aDayOfJobsIsKeptInOrder(long seed) {
    var random = new Random(seed);
    var waiting = new ArrayList<Job>();
    var ends = new HashMap<Job, Instant>();
    var leases = new HashMap<Job, List<Slot>>();
    long number = 0;
    int started = 0;
    int cancelled = 0;
    Duration longest = Duration.ZERO;
    Instant now = START;
    for (int minute = 0; minute < 24 * 60 || !waiting.isEmpty(); minute++) {
      assertThat(minute).as("every job starts in the end").isLessThan(20 * 24 * 60);
      now = now.plusSeconds(60);
      if (minute < 24 * 60 && random.nextInt(12) == 0) {
        waiting.add(job(++number, 1 + random.nextInt(4), random.nextInt(21) - 10, now));
      }
      if (!waiting.isEmpty() && random.nextInt(60) == 0) {
        waiting.remove(random.nextInt(waiting.size()));
        cancelled++;
      }
      Instant at = now;
      leases.keySet().removeIf(job -> !at.isBefore(ends.getOrDefault(job, Instant.MAX)));
      var taken = new HashSet<Slot>();
      leases.values().forEach(slots -> slots.forEach(slot -> assertThat(taken.add(slot)).isTrue()));
      List<Slot> free = SLOTS.stream().filter(slot -> !taken.contains(slot)).toList();
      List<Job> line = queue.line(waiting, now);
      Map<Job, List<Slot>> starts = queue.next(waiting, free, now);
      assertThat(List.copyOf(starts.keySet()))
          .as("who starts stands in front")
          .isEqualTo(line.subList(0, starts.size()));
      for (var start : starts.entrySet()) {
        Job job = start.getKey();
        assertThat(start.getValue()).hasSize(job.spec().devices()).isSubsetOf(free);
        leases.put(job, start.getValue());
        ends.put(job, now.plus(Duration.ofMinutes(1 + random.nextInt(40))));
        waiting.remove(job);
        Duration waited = Duration.between(job.queuedAt(), now);
        longest = waited.compareTo(longest) > 0 ? waited : longest;
        started++;
      }
      int idle = free.size() - starts.values().stream().mapToInt(List::size).sum();
      if (starts.size() < line.size()) {
        assertThat(line.get(starts.size()).spec().devices())
            .as("who stays in front does not fit")
            .isGreaterThan(idle);
      }
    }
    assertThat(started).isEqualTo((int) number - cancelled).isGreaterThan(50);
    // 20 classes of priority lie an hour apart; what came later cannot pass who waited so long.
    assertThat(longest).isLessThan(Duration.ofHours(24 + 21));
  }

  /** A stream of urgent jobs that would fill the pool for ever. */
  @Test
  void whoeverWaitsIsServedInTheEnd() {
    var waiting = new ArrayList<Job>(List.of(job(1, 4, -100, START)));
    var ends = new HashMap<Job, Instant>();
    long number = 1;
    Instant now = START;
    while (waiting.stream().anyMatch(job -> job.number() == 1)) {
      now = now.plusSeconds(600);
      assertThat(now).isBefore(START.plus(Duration.ofHours(2 * 201 + 24)));
      waiting.add(job(++number, 1, 100, now));
      Instant at = now;
      ends.values().removeIf(end -> !at.isBefore(end));
      int free = SLOTS.size() - ends.size();
      for (var start : queue.next(waiting, slots(free), now).entrySet()) {
        waiting.remove(start.getKey());
        ends.put(start.getKey(), now.plusSeconds(2300));
      }
    }
  }
}
