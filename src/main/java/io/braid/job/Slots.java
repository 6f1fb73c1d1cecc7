package io.braid.job;

import io.braid.torch.DeviceMemory;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** What there is to be leased. */
interface Slots {
  /**
   * Of the slot that has least.
   *
   * @param bytes that a worker may take; empty where that is not known
   * @param isShared whether others have some of it, and will give it back
   */
  record Memory(OptionalLong bytes, boolean isShared) {}

  List<Slot> all();

  /** Those of these names that there are. */
  default List<Slot> named(List<String> names) {
    return all().stream().filter(slot -> names.contains(slot.name())).toList();
  }

  /** Threads of a worker on these slots. */
  int threads(List<Slot> leased);

  /** Names of the devices behind slots, as their worker knows them. */
  List<String> devices(List<Slot> leased);

  /**
   * @param promised bytes of a slot's device that others are about to take
   */
  Memory memory(List<Slot> leased, ToLongFunction<Slot> promised);

  /**
   * Bytes that are free now on a slot's device; of a cluster, 0 where that is not known.
   *
   * @param isHeld whether a job has it now
   */
  long free(Slot slot, boolean isHeld);

  /** Each CUDA device of the service, or shares of its CPU. */
  record Own(List<Slot> all, int cpuThreads) implements Slots {
    public Own {
      all = List.copyOf(all);
    }

    @Override
    public int threads(List<Slot> leased) {
      return Math.max(1, cpuThreads * leased.size());
    }

    @Override
    public List<String> devices(List<Slot> leased) {
      return leased.stream().map(slot -> slot.device().name()).toList();
    }

    @Override
    public Memory memory(List<Slot> leased, ToLongFunction<Slot> promised) {
      long least =
          leased.stream()
              .mapToLong(slot -> DeviceMemory.available(slot.device()) - promised.applyAsLong(slot))
              .min()
              .orElseThrow();
      return new Memory(OptionalLong.of(Math.max(0, least)), true);
    }

    @Override
    public long free(Slot slot, boolean isHeld) {
      return DeviceMemory.available(slot.device());
    }
  }

  /**
   * GPUs, or shares of CPUs, of a cluster. Which they are is told when a worker has its place.
   *
   * @param threads of a worker a slot
   * @param memory of a GPU, or what a share of a CPU may take beside the heap of its worker; empty
   *     where it is not known
   */
  record OfCluster(List<Slot> all, int threads, OptionalLong memory) implements Slots {
    public OfCluster {
      all = List.copyOf(all);
    }

    @Override
    public int threads(List<Slot> leased) {
      return threads * leased.size();
    }

    /** A worker sees the GPUs that it was given, and no others. */
    @Override
    public List<String> devices(List<Slot> leased) {
      return all.subList(0, leased.size()).stream().map(slot -> slot.device().name()).toList();
    }

    @Override
    public Memory memory(List<Slot> leased, ToLongFunction<Slot> promised) {
      boolean isGpu = leased.getFirst().device().isCuda();
      OptionalLong bytes =
          memory.isPresent() && !isGpu
              ? OptionalLong.of(memory.getAsLong() * leased.size())
              : memory;
      return new Memory(bytes, false);
    }

    @Override
    public long free(Slot slot, boolean isHeld) {
      return isHeld ? 0 : memory.orElse(0);
    }
  }
}
