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
  private final List<Device> ofTraining;

  Devices(BraidProperties properties) {
    this.devices = choose("braid.devices", properties.devices(), Device.allCuda());
    String training = properties.training().devices();
    this.ofTraining =
        training.equals("auto")
            ? devices
            : choose("braid.training.devices", training, Device.allCuda());
  }

  public List<Device> all() {
    return devices;
  }

  /** Those that {@code braid.training.devices} chooses: the same, unless it says otherwise. */
  public List<Device> ofTraining() {
    return ofTraining;
  }

  /**
   * @param setting whose value the choice is
   * @param choice {@code auto} or a list of names
   * @param cuda the CUDA devices there are
   */
  static List<Device> choose(String setting, String choice, List<Device> cuda) {
    if (choice.equals("auto")) {
      return cuda.isEmpty() ? List.of(Device.CPU) : cuda;
    }
    List<Device> chosen =
        Arrays.stream(choice.split(","))
            .map(String::strip)
            .map(name -> named(setting, name))
            .distinct()
            .toList();
    for (Device device : chosen) {
      if (device.isCuda() && !cuda.contains(device)) {
        throw new SettingException(
            "%s=%s: there is no %s, only %s"
                .formatted(setting, choice, device, cuda.isEmpty() ? "cpu" : cuda),
            "Name devices that libtorch has, or auto. The jar holds the libtorch of the CPU; for"
                + " CUDA point PYTORCH_LIBRARY_PATH at one with CUDA.");
      }
    }
    return chosen;
  }

  private static Device named(String setting, String name) {
    try {
      return new Device(name);
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          setting + ": '" + name + "' is no device",
          "Give auto, cpu, or a list like cuda:0,cuda:1.");
    }
  }
}
