package io.braid.device;

import io.braid.config.BraidProperties;
import io.braid.config.SettingException;
import io.braid.torch.Device;
import java.util.Arrays;
import java.util.List;
import org.springframework.stereotype.Component;

/** The devices that {@code braid.devices} chooses; at least one. */
@Component
public class Devices {
  private final List<Device> devices;

  Devices(BraidProperties properties) {
    this.devices = choose(properties.devices(), Device.allCuda());
  }

  public List<Device> all() {
    return devices;
  }

  /**
   * @param choice {@code auto} or a list of names
   * @param cuda the CUDA devices there are
   */
  static List<Device> choose(String choice, List<Device> cuda) {
    if (choice.equals("auto")) {
      return cuda.isEmpty() ? List.of(Device.CPU) : cuda;
    }
    List<Device> chosen =
        Arrays.stream(choice.split(",")).map(String::strip).map(Devices::named).distinct().toList();
    for (Device device : chosen) {
      if (device.isCuda() && !cuda.contains(device)) {
        throw new SettingException(
            "braid.devices=%s: there is no %s, only %s"
                .formatted(choice, device, cuda.isEmpty() ? "cpu" : cuda),
            "Name devices that libtorch has, or auto. The jar holds the libtorch of the CPU; for"
                + " CUDA point PYTORCH_LIBRARY_PATH at one with CUDA.");
      }
    }
    return chosen;
  }

  private static Device named(String name) {
    try {
      return new Device(name);
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          "braid.devices: '" + name + "' is no device",
          "Give auto, cpu, or a list like cuda:0,cuda:1.");
    }
  }
}
