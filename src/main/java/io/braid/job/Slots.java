package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.device.Devices;
import io.braid.torch.Device;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** What there is to be leased: each CUDA device of the service, or shares of the CPU. */
@Component
class Slots {
  private final List<Slot> slots;
  private final int cpuThreads;

  @Autowired
  Slots(BraidProperties properties, Devices devices) {
    this(
        slots(devices.ofTraining(), properties.training().cpuSlots()),
        properties.training().cpuThreads() > 0
            ? properties.training().cpuThreads()
            : Math.max(
                1, Runtime.getRuntime().availableProcessors() / properties.training().cpuSlots()));
  }

  private Slots(List<Slot> slots, int cpuThreads) {
    this.slots = List.copyOf(slots);
    this.cpuThreads = cpuThreads;
  }

  private static List<Slot> slots(List<Device> devices, int cpuSlots) {
    var slots = new ArrayList<Slot>();
    for (Device device : devices) {
      if (device.isCuda()) {
        slots.add(new Slot(device.name(), device));
      } else {
        for (int i = 0; i < cpuSlots; i++) {
          slots.add(new Slot("cpu-" + i, device));
        }
      }
    }
    return slots;
  }

  List<Slot> all() {
    return slots;
  }

  /** Those of these names that there are. */
  List<Slot> named(List<String> names) {
    return slots.stream().filter(slot -> names.contains(slot.name())).toList();
  }

  /** Threads of a worker on these slots. */
  int threads(List<Slot> leased) {
    return Math.max(1, cpuThreads * leased.size());
  }
}
