package io.braid.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of a process, as the kernel counts it. */
final class ProcessMemory {
  private ProcessMemory() {}

  /** Resident bytes now. */
  static long resident(long pid) {
    return bytes(pid, "VmRSS:");
  }

  /** Resident bytes that are no pages of files: heap and native memory. */
  static long anonymous(long pid) {
    return bytes(pid, "RssAnon:");
  }

  /** The most bytes that were resident so far. */
  static long peak(long pid) {
    return bytes(pid, "VmHWM:");
  }

  private static long bytes(long pid, String key) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) << 10)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
