package io.braid.cli;

import java.util.Map;
import java.util.Optional;

/** Samples to be embedded, one after the other. */
interface Samples extends AutoCloseable {
  /**
   * A sample.
   *
   * @param name as a message names it
   * @param lines where the files have its modalities
   * @param json as a request takes it
   */
  record Sent(String name, Map<String, Long> lines, byte[] json) {}

  long count();

  Optional<Sent> next();

  @Override
  void close();
}
