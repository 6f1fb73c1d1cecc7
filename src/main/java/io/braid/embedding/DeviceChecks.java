package io.braid.embedding;

import io.braid.torch.Device;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Whether each device computes, tried on a thread of that device's own, one check at a time. So a
 * device that hangs holds up one thread, however often it is asked for, and no other device.
 */
final class DeviceChecks {
  private static final long IDLE_SECONDS = 60;

  /** What came of a check. */
  sealed interface Outcome {
    /**
     * @param how in words
     */
    record Computed(String how) implements Outcome {}

    record Failed(Throwable why) implements Outcome {}

    /** It has not come back within the limit, and may yet. */
    record Overdue(Duration limit) implements Outcome {}
  }

  private final Map<Device, Check> checks = new LinkedHashMap<>();
  private final Duration limit;

  /**
   * @param forward runs one on a device and says in words what happened; throws where the device
   *     cannot compute
   * @param limit longest wait for it
   */
  DeviceChecks(List<Device> devices, Function<Device, String> forward, Duration limit) {
    this.limit = limit;
    for (Device device : devices) {
      checks.put(device, new Check(device, forward));
    }
  }

  /** Checks all devices at once; takes no longer than the limit. */
  Map<Device, Outcome> all() {
    var outcomes = new LinkedHashMap<Device, CompletableFuture<Outcome>>();
    checks.forEach((device, check) -> outcomes.put(device, check.outcome(limit)));
    var all = new LinkedHashMap<Device, Outcome>();
    outcomes.forEach((device, outcome) -> all.put(device, outcome.join()));
    return all;
  }

  /**
   * Checks a device for the first time, which may take long: what it needs is loaded.
   *
   * @throws CompletionException where it cannot compute
   */
  String first(Device device) {
    return check(device).underWay().join();
  }

  /** Whether the last check succeeded, and none is overdue. */
  boolean isUp(Device device) {
    return check(device).isUp();
  }

  private Check check(Device device) {
    Check check = checks.get(device);
    if (check == null) {
      throw new IllegalStateException(
          device + " is none of " + checks.keySet() + "; this is a bug");
    }
    return check;
  }

  private static final class Check {
    private final Device device;
    private final Function<Device, String> forward;
    private final ThreadPoolExecutor thread;
    private CompletableFuture<String> latest = CompletableFuture.completedFuture("");

    /** The last that took longer than its limit. */
    private volatile CompletableFuture<String> overdue = latest;

    private volatile boolean hasFailed;

    Check(Device device, Function<Device, String> forward) {
      this.device = device;
      this.forward = forward;
      this.thread =
          new ThreadPoolExecutor(
              1,
              1,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              Thread.ofPlatform().daemon().name("check-" + device).factory());
      thread.allowCoreThreadTimeOut(true);
    }

    /** The check that has not come back yet, or else a new one. */
    synchronized CompletableFuture<String> underWay() {
      if (latest.isDone()) {
        latest = CompletableFuture.supplyAsync(this::run, thread);
      }
      return latest;
    }

    private String run() {
      try {
        String how = forward.apply(device);
        hasFailed = false;
        return how;
      } catch (RuntimeException | Error e) {
        hasFailed = true;
        throw e;
      }
    }

    CompletableFuture<Outcome> outcome(Duration limit) {
      CompletableFuture<String> check = underWay();
      return check
          .<Outcome>handle((how, why) ->
              why == null ? new Outcome.Computed(how) : new Outcome.Failed(unwrapped(why)))
          .completeOnTimeout(new Outcome.Overdue(limit), limit.toMillis(), TimeUnit.MILLISECONDS)
          .whenComplete((outcome, _) -> {
            if (outcome instanceof Outcome.Overdue) {
              overdue = check;
            }
          });
    }

    private static Throwable unwrapped(Throwable why) {
      return why instanceof CompletionException && why.getCause() != null ? why.getCause() : why;
    }

    boolean isUp() {
      return !hasFailed && overdue.isDone();
    }
  }
}
