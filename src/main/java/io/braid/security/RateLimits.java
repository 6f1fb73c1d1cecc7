package io.braid.security;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How often keys may ask: a token bucket each, in this process alone. */
final class RateLimits {
  private final ConcurrentMap<AccessKey, Bucket> buckets = new ConcurrentHashMap<>();

  /**
   * @throws BraidException 429 where the key has used up its share
   */
  void admit(AccessKey key) {
    if (key.requestsPerSecond().isEmpty()) {
      return;
    }
    int most = key.requestsPerSecond().getAsInt();
    var probe = buckets.computeIfAbsent(key, _ -> bucket(most)).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw new BraidException(
          ProblemKind.RATE_LIMITED,
          "key '%s' may send %d requests a second".formatted(key.name(), most),
          Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
  }

  private static Bucket bucket(int most) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(most).refillGreedy(most, Duration.ofSeconds(1)))
        .build();
  }
}
