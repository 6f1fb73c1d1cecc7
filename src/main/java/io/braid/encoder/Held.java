package io.braid.encoder;

import io.braid.torch.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Results of calls that are let go together, unless they were taken before. */
final class Held implements AutoCloseable {
  private final List<@Nullable Weights> held = new ArrayList<>();

  Weights add(Weights weights) {
    held.add(weights);
    return weights;
  }

  Weights get(int i) {
    return Objects.requireNonNull(held.get(i), "taken");
  }

  /** Hands over the i-th, whose holder closes it. */
  Weights take(int i) {
    Weights taken = get(i);
    held.set(i, null);
    return taken;
  }

  /** All of them, none of which was taken. */
  List<Weights> all() {
    return held.stream().map(Objects::requireNonNull).toList();
  }

  @Override
  public void close() {
    for (Weights weights : held) {
      if (weights != null) {
        weights.close();
      }
    }
  }
}
