package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.torch.Device;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Versions here take as many bytes as they have parameters: 10. */
@Timeout(30)
class ResidentsTest {
  private Duration patience = Duration.ZERO;

  private static final Device CUDA = Device.cuda(0);

  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicLong inMemory = new AtomicLong();
  private final AtomicLong mostInMemory = new AtomicLong();

  private final class Loaded implements AutoCloseable {
    private final long bytes;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Loaded(long bytes) {
      this.bytes = bytes;
      loads.incrementAndGet();
      long now = inMemory.addAndGet(bytes);
      mostInMemory.accumulateAndGet(now, Math::max);
    }

    @Override
    public void close() {
      assertThat(open.compareAndSet(true, false)).as("closed once").isTrue();
      inMemory.addAndGet(-bytes);
    }
  }

  @Test
  void isLoadedOnceHoweverManyAskForIt() throws Exception {
    var started = new CountDownLatch(1);
    var residents =
        residents(
            100,
            (version, _) -> {
              await(started);
              return new Loaded(version.parameters());
            });
    ModelVersion version = version(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var leases = new ArrayList<Future<Loaded>>();
      for (int i = 0; i < 50; i++) {
        leases.add(threads.submit(() -> leased(residents, version)));
      }
      started.countDown();
      Loaded first = leases.getFirst().get();
      for (Future<Loaded> lease : leases) {
        assertThat(lease.get()).isSameAs(first);
      }
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void theLeastRecentlyLeasedMakesRoom() {
    var residents = residents(25, this::load);
    leased(residents, version(1));
    leased(residents, version(2));
    leased(residents, version(1));

    leased(residents, version(3));

    assertThat(residents.devicesOf(version(1))).containsExactly(Device.CPU);
    assertThat(residents.devicesOf(version(2))).isEmpty();
    assertThat(residents.devicesOf(version(3))).containsExactly(Device.CPU);
    assertThat(inMemory).hasValue(20);
  }

  @Test
  void whatIsLeasedStaysAndTheNextIsRefused() {
    var residents = residents(25, this::load);
    try (var one = residents.lease(version(1));
        var _ = residents.lease(version(2))) {
      assertThatThrownBy(() -> residents.lease(version(3)))
          .isInstanceOfSatisfying(
              BraidException.class, e -> assertThat(e.kind()).isEqualTo(ProblemKind.BUSY))
          .hasMessage(
              "model 'm' version 3 needs 10 bytes on cpu, where other requests use 20 of 25");
      assertThat(one.get().open).isTrue();
    }
    assertThat(leased(residents, version(3)).open).isTrue();
  }

  @Test
  void whatNeverFitsIsUnavailable() {
    var residents = residents(9, this::load);
    assertThatThrownBy(() -> residents.lease(version(1)))
        .isInstanceOfSatisfying(
            BraidException.class, e -> assertThat(e.kind()).isEqualTo(ProblemKind.UNAVAILABLE))
        .hasMessageContaining("raise braid.device-memory");
  }

  @Test
  void aLoadThatFailsIsTriedAnew() {
    var fail = new AtomicBoolean(true);
    var residents =
        residents(
            10,
            (version, device) -> {
              if (fail.get()) {
                throw new IllegalStateException("no such file");
              }
              return load(version, device);
            });
    assertThatThrownBy(() -> residents.lease(version(1))).hasMessage("no such file");
    assertThat(residents.devicesOf(version(1))).isEmpty();

    fail.set(false);

    assertThat(leased(residents, version(1)).open).isTrue();
  }

  @Test
  void whatIsRetiredIsClosedWithItsLastLease() {
    var residents = residents(20, this::load);
    var lease = residents.lease(version(1));

    residents.retire(version(1));

    assertThat(residents.devicesOf(version(1))).isEmpty();
    assertThat(lease.get().open).isTrue();
    lease.close();
    lease.close();
    assertThat(lease.get().open).isFalse();
  }

  @Test
  void leasesSpreadOverTheDevices() {
    var budgets = new LinkedHashMap<Device, Long>();
    budgets.put(Device.CPU, 100L);
    budgets.put(CUDA, 100L);
    var residents =
        new Residents<>(
            budgets, ModelVersion::parameters, loaded -> loaded.bytes, this::load, Duration.ZERO);
    try (var one = residents.lease(version(1));
        var two = residents.lease(version(1))) {
      assertThat(List.of(one.device(), two.device())).containsExactly(Device.CPU, CUDA);
    }
    assertThat(residents.devicesOf(version(1))).containsExactly(Device.CPU, CUDA);
  }

  @Test
  void closingUnloadsEverything() {
    var residents = residents(100, this::load);
    leased(residents, version(1));
    leased(residents, version(2));
    residents.close();
    assertThat(inMemory).hasValue(0);
  }

  @Test
  void underLoadNothingLeasedIsClosedAndTheBudgetIsKept() throws Exception {
    var residents = residents(30, this::load);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Future<?>>();
      for (int i = 0; i < 20; i++) {
        work.add(
            threads.submit(() -> {
              for (int n = 0; n < 40; n++) {
                leaseOnce(residents, ThreadLocalRandom.current().nextInt(1, 8));
              }
            }));
      }
      for (Future<?> done : work) {
        finished(done);
      }
    }
    assertThat(mostInMemory.get()).isLessThanOrEqualTo(30);
    residents.close();
    assertThat(inMemory).hasValue(0);
  }

  @Test
  void whoIsPatientGetsTheRoomOnceALeaseEnds() throws Exception {
    patience = Duration.ofMinutes(1);
    var residents = residents(15, this::load);
    var first = residents.lease(version(1));
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var second = pool.submit(() -> residents.lease(version(2)));
      assertThat(second.isDone()).isFalse();
      first.close();
      try (var lease = second.get()) {
        assertThat(lease.get().open).isTrue();
      }
    }
    assertThat(residents.devicesOf(version(1))).isEmpty();
  }

  private static void leaseOnce(Residents<Loaded> residents, int number) {
    try (var lease = residents.lease(version(number))) {
      Thread.yield();
      assertThat(lease.get().open).isTrue();
    } catch (BraidException e) {
      assertThat(e.kind()).isEqualTo(ProblemKind.BUSY);
    }
  }

  private static void finished(Future<?> done) throws InterruptedException, ExecutionException {
    done.get();
  }

  private Residents<Loaded> residents(long budget, Residents.Loader<Loaded> loader) {
    return new Residents<>(
        Map.of(Device.CPU, budget),
        ModelVersion::parameters,
        loaded -> loaded.bytes,
        loader,
        patience);
  }

  private Loaded load(ModelVersion version, Device device) {
    return new Loaded(version.parameters());
  }

  private static Loaded leased(Residents<Loaded> residents, ModelVersion version) {
    try (var lease = residents.lease(version)) {
      return lease.get();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModelVersion version(int number) {
    return new ModelVersion(
        "m", number, TestConfigs.small(), "", 10, Map.of(), Map.of(), Instant.EPOCH);
  }
}
