package io.braid.model;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.torch.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private record Place(String model, int version, Device device) {}

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
  }

  private final List<Device> devices;
  private final Map<Device, Long> budgets;
  private final ToLongFunction<ModelVersion> expectedBytes;
  private final ToLongFunction<T> bytes;
  private final Loader<T> loader;

  private final ReentrantLock changes = new ReentrantLock();
  private final Map<Place, Resident<T>> byPlace = new HashMap<>();

  /** Everything that takes memory: what is found by its place, and what is retired but leased. */
  private final List<Resident<T>> all = new ArrayList<>();

  private long clock;

  /**
   * @param budgets the devices, in order of choice, and bytes of weights that may be on each
   * @param expectedBytes what a version will take
   * @param bytes what a loaded one does take
   */
  Residents(
      Map<Device, Long> budgets,
      ToLongFunction<ModelVersion> expectedBytes,
      ToLongFunction<T> bytes,
      Loader<T> loader) {
    this.devices = List.copyOf(budgets.keySet());
    this.budgets = Map.copyOf(budgets);
    this.expectedBytes = expectedBytes;
    this.bytes = bytes;
    this.loader = loader;
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
    changes.lock();
    Device device;
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
   * @throws BraidException {@code BUSY} where the device is full of what is leased, {@code
   *     UNAVAILABLE} where the version is larger than all of its budget
   */
  public Lease lease(ModelVersion version, Device device) {
    Resident<T> resident;
    boolean isFirst;
    changes.lock();
    try {
      Place place = place(version, device);
      Resident<T> known = byPlace.get(place);
      isFirst = known == null;
      resident = known == null ? admit(version, device) : known;
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

  /** Makes room for a version, unloading what is idle. */
  private Resident<T> admit(ModelVersion version, Device device) {
    long needed = expectedBytes.applyAsLong(version);
    long limit = budgets.getOrDefault(device, 0L);
    long leased = 0;
    var idle = new ArrayList<Resident<T>>();
    for (Resident<T> resident : all) {
      if (resident.device.equals(device)) {
        if (resident.leases == 0) {
          idle.add(resident);
        } else {
          leased += resident.bytes;
        }
      }
    }
    if (leased + needed > limit) {
      boolean never = needed > limit;
      throw new BraidException(
          never ? ProblemKind.UNAVAILABLE : ProblemKind.BUSY,
          "%s needs %d bytes on %s, where %d of %d are %s"
              .formatted(
                  version,
                  needed,
                  device,
                  limit - leased,
                  limit,
                  never ? "free; raise braid.device-memory" : "not in use by other requests"));
    }
    long used = leased + idle.stream().mapToLong(resident -> resident.bytes).sum();
    idle.sort(Comparator.comparingLong(resident -> resident.lastLeased));
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
    return new Place(version.model(), version.version(), device);
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
