package io.braid.model;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.torch.Device;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * Which versions are loaded on which device. A version is loaded when it is first leased, once
 * however many ask for it, and stays until another needs its room: the one that was least recently
 * leased goes first, never one that is leased.
 *
 * @param <T> what is loaded: an encoder
 */
public final class Residents<T extends AutoCloseable> implements AutoCloseable {
  /** Puts a version on a device. */
  interface Loader<T> {
    T load(ModelVersion version, Device device);
  }

  /** A version is told by when it was made too: a deleted model's number may come again. */
  private record Place(String model, int version, Instant createdAt, Device device) {}

  /** A version on a device; guarded by {@link #changes}, but for the future. */
  private static final class Resident<T> {
    final ModelVersion version;
    final Device device;
    final CompletableFuture<T> loaded = new CompletableFuture<>();
    long bytes;
    long lastLeased;
    int leases;
    boolean retired;

    Resident(ModelVersion version, Device device, long bytes) {
      this.version = version;
      this.device = device;
      this.bytes = bytes;
    }

    boolean isLeasedOn(Device device) {
      return leases > 0 && this.device.equals(device);
    }
  }

  private final List<Device> devices;
  private final Map<Device, Long> budgets;
  private final ToLongFunction<ModelVersion> expectedBytes;
  private final ToLongFunction<T> bytes;
  private final Loader<T> loader;
  private final Duration patience;

  private final ReentrantLock changes = new ReentrantLock();
  private final Condition released = changes.newCondition();
  private final Map<Place, Resident<T>> byPlace = new HashMap<>();

  /** Everything that takes memory: what is found by its place, and what is retired but leased. */
  private final List<Resident<T>> all = new ArrayList<>();

  private long clock;

  /**
   * @param budgets the devices, in order of choice, and bytes of weights that may be on each
   * @param expectedBytes what a version will take
   * @param bytes what a loaded one does take
   * @param patience how long a lease waits for others to end, where a device is full of them
   */
  Residents(
      Map<Device, Long> budgets,
      ToLongFunction<ModelVersion> expectedBytes,
      ToLongFunction<T> bytes,
      Loader<T> loader,
      Duration patience) {
    this.devices = List.copyOf(budgets.keySet());
    this.budgets = Map.copyOf(budgets);
    this.expectedBytes = expectedBytes;
    this.bytes = bytes;
    this.loader = loader;
    this.patience = patience;
  }

  /** A hold on what is loaded: it stays so until the lease is closed. */
  public final class Lease implements AutoCloseable {
    private final Resident<T> resident;
    private final T value;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Lease(Resident<T> resident, T value) {
      this.resident = resident;
      this.value = value;
    }

    public T get() {
      return value;
    }

    public ModelVersion version() {
      return resident.version;
    }

    public Device device() {
      return resident.device;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release(resident);
      }
    }
  }

  public List<Device> devices() {
    return devices;
  }

  /** Where a version is loaded, in the order of the devices. */
  List<Device> devicesOf(ModelVersion version) {
    changes.lock();
    try {
      return devices.stream()
          .filter(device -> {
            Resident<T> resident = byPlace.get(place(version, device));
            return resident != null && resident.loaded.isDone();
          })
          .toList();
    } finally {
      changes.unlock();
    }
  }

  /**
   * A lease on the device that has the fewest, one where the version is loaded if there is a
   * choice.
   */
  public Lease lease(ModelVersion version) {
    Device device;
    changes.lock();
    try {
      device =
          devices.stream()
              .min(
                  Comparator.comparingInt(this::leases)
                      .thenComparing(one -> !byPlace.containsKey(place(version, one))))
              .orElseThrow();
    } finally {
      changes.unlock();
    }
    return lease(version, device);
  }

  /**
   * Loads the version where it is not, and waits until it is.
   *
   * @throws BraidException {@code BUSY} where the device stays full of what is leased, {@code
   *     UNAVAILABLE} where the version is larger than all of its budget
   */
  public Lease lease(ModelVersion version, Device device) {
    Resident<T> resident;
    boolean isFirst;
    changes.lock();
    try {
      Place place = place(version, device);
      isFirst = awaitRoom(version, device);
      resident = isFirst ? admit(version, device) : Objects.requireNonNull(byPlace.get(place));
      byPlace.put(place, resident);
      resident.leases++;
      resident.lastLeased = ++clock;
    } finally {
      changes.unlock();
    }
    if (isFirst) {
      load(resident);
    }
    try {
      return new Lease(resident, resident.loaded.join());
    } catch (CompletionException e) {
      release(resident);
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Forgets a version: it is closed when its last lease is. */
  void retire(ModelVersion version) {
    changes.lock();
    try {
      for (Device device : devices) {
        Resident<T> resident = byPlace.remove(place(version, device));
        if (resident != null) {
          resident.retired = true;
          closeIfUnused(resident);
        }
      }
    } finally {
      changes.unlock();
    }
  }

  private void load(Resident<T> resident) {
    try {
      T value = loader.load(resident.version, resident.device);
      changes.lock();
      try {
        resident.bytes = bytes.applyAsLong(value);
      } finally {
        changes.unlock();
      }
      resident.loaded.complete(value);
    } catch (Throwable e) {
      changes.lock();
      try {
        byPlace.remove(place(resident.version, resident.device), resident);
        resident.retired = true;
      } finally {
        changes.unlock();
      }
      resident.loaded.completeExceptionally(e);
    }
  }

  /** Waits until a version is on a device (false), or what is leased there leaves room for it. */
  private boolean awaitRoom(ModelVersion version, Device device) {
    long needed = expectedBytes.applyAsLong(version);
    long limit = budgets.getOrDefault(device, 0L);
    long nanos = patience.toNanos();
    while (!byPlace.containsKey(place(version, device))) {
      long leased =
          all.stream().filter(one -> one.isLeasedOn(device)).mapToLong(one -> one.bytes).sum();
      if (leased + needed <= limit) {
        return true;
      }
      if (needed > limit) {
        throw new BraidException(
            ProblemKind.UNAVAILABLE,
            "%s needs %d bytes on %s, where all of them may have %d; raise braid.device-memory"
                .formatted(version, needed, device, limit));
      }
      if (nanos <= 0) {
        throw new BraidException(
            ProblemKind.BUSY,
            "%s needs %d bytes on %s, where other requests use %d of %d"
                .formatted(version, needed, device, leased, limit));
      }
      try {
        nanos = released.awaitNanos(nanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BraidException(ProblemKind.UNAVAILABLE, "the service is shutting down");
      }
    }
    return false;
  }

  /** Puts a version in the room that there is, unloading what is idle. */
  private Resident<T> admit(ModelVersion version, Device device) {
    long needed = expectedBytes.applyAsLong(version);
    long limit = budgets.getOrDefault(device, 0L);
    List<Resident<T>> idle =
        all.stream()
            .filter(resident -> resident.device.equals(device) && resident.leases == 0)
            .sorted(Comparator.comparingLong(resident -> resident.lastLeased))
            .toList();
    long used =
        all.stream().filter(one -> one.device.equals(device)).mapToLong(one -> one.bytes).sum();
    for (Resident<T> least : idle) {
      if (used + needed <= limit) {
        break;
      }
      used -= least.bytes;
      byPlace.remove(place(least.version, device));
      least.retired = true;
      closeIfUnused(least);
    }
    var resident = new Resident<T>(version, device, needed);
    all.add(resident);
    return resident;
  }

  private void release(Resident<T> resident) {
    changes.lock();
    try {
      resident.leases--;
      closeIfUnused(resident);
      released.signalAll();
    } finally {
      changes.unlock();
    }
  }

  private void closeIfUnused(Resident<T> resident) {
    if (!resident.retired || resident.leases > 0) {
      return;
    }
    all.remove(resident);
    if (!resident.loaded.isCompletedExceptionally()) {
      try {
        resident.loaded.join().close();
      } catch (Exception e) {
        throw new IllegalStateException(resident.version + " cannot be unloaded", e);
      }
    }
  }

  private int leases(Device device) {
    return all.stream()
        .filter(resident -> resident.device.equals(device))
        .mapToInt(resident -> resident.leases)
        .sum();
  }

  private static Place place(ModelVersion version, Device device) {
    return new Place(version.model(), version.version(), version.createdAt(), device);
  }

  /** Unloads everything that is not leased. */
  @Override
  public void close() {
    changes.lock();
    try {
      List.copyOf(byPlace.values()).forEach(resident -> retire(resident.version));
    } finally {
      changes.unlock();
    }
  }
}
