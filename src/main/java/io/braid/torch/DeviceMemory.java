package io.braid.torch;

import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much memory devices have for tensors. */
public final class DeviceMemory {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceMemory.class);
  private static final long ASSUMED = 8L << 30;

  private DeviceMemory() {}

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
