package io.braid.device;

import io.braid.config.BraidProperties;
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
        Arrays.stream(choice.split(",")).map(String::strip).map(Device::new).distinct().toList();
    for (Device device : chosen) {
      if (device.isCuda() && !cuda.contains(device)) {
        throw new IllegalArgumentException(
            "braid.devices: there is no " + device + ", only " + (cuda.isEmpty() ? "cpu" : cuda));
      }
    }
    return chosen;
  }
}
