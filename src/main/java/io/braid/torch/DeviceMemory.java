package io.braid.torch;

import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much memory devices have for tensors. */
public final class DeviceMemory {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceMemory.class);
  private static final long ASSUMED = 8L << 30;
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");

  private DeviceMemory() {}

  /** Bytes that a process of its own could take now. */
  public static long available(Device device) {
    if (device.isCuda()) {
      return free(device);
    }
    try {
      long available =
          Files.readAllLines(Path.of("/proc/meminfo")).stream()
              .filter(line -> line.startsWith("MemAvailable:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
              .findFirst()
              .orElseGet(() -> free(device));
      return Math.min(available, leftOfContainer());
    } catch (IOException e) {
      return free(device);
    }
  }

  /**
   * What the limit of a container (cgroup 2) leaves; file caches, which give way, count as left.
   */
  private static long leftOfContainer() throws IOException {
    Path limit = CGROUP.resolve("memory.max");
    if (!Files.exists(limit) || Files.readString(limit).strip().equals("max")) {
      return Long.MAX_VALUE;
    }
    long cached =
        Files.readAllLines(CGROUP.resolve("memory.stat")).stream()
            .filter(line -> line.startsWith("inactive_file "))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
            .sum();
    return number(limit) - number(CGROUP.resolve("memory.current")) + cached;
  }

  private static long number(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  /**
   * Bytes that tensors may take: on a CUDA device what is free now, 8 GiB where the driver does not
   * say; for the CPU what the machine or container has beyond the Java heap.
   */
  public static long free(Device device) {
    if (!device.isCuda()) {
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return Math.max(0, system.getTotalMemorySize() - Runtime.getRuntime().maxMemory());
    }
    try {
      MemoryUsage memory = CudaUtils.getGpuMemory(device.toDjl());
      return memory.getMax() - memory.getCommitted();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The memory of {} is not known; {} bytes are assumed free", device, ASSUMED, e);
      return ASSUMED;
    }
  }
}
