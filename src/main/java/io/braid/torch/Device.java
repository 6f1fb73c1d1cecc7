package io.braid.torch;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Where tensors live and compute.
 *
 * @param name {@code cpu} or {@code cuda:0}, {@code cuda:1}, ...
 */
public record Device(String name) {
  public static final Device CPU = new Device("cpu");

  public Device {
    if (!name.matches("cpu|cuda:\\d{1,3}")) {
      throw new IllegalArgumentException(
          "device '" + name + "': expected cpu or cuda:0, cuda:1, ...");
    }
  }

  public static Device cuda(int index) {
    return new Device("cuda:" + index);
  }

  /** Every CUDA device that libtorch sees. */
  public static List<Device> allCuda() {
    return IntStream.range(0, Torch.engine().getGpuCount()).mapToObj(Device::cuda).toList();
  }

  public boolean isCuda() {
    return !equals(CPU);
  }

  ai.djl.Device toDjl() {
    return isCuda()
        ? ai.djl.Device.gpu(Integer.parseInt(name.substring("cuda:".length())))
        : ai.djl.Device.cpu();
  }

  @Override
  public String toString() {
    return name;
  }
}
