package io.braid.benchmark;

import java.util.Arrays;
import java.util.List;

/**
 * Collections of the packaged jar, over HTTP.
 *
 * <p>Arguments: the jar, then {@code ingest} (100 000 demo samples as a stream, and as many by
 * vector; a third argument may say the heap of the server, like {@code -Xmx512m}), {@code together}
 * (200 writes a second, each searched for at once, with searches beside), {@code search} (100 000
 * vectors of 512: where the time of a search goes) or {@code million} (a million vectors of 128:
 * build, memory, latency, and a start after {@code kill -9}).
 */
final class CollectionBenchmark {
  private CollectionBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    List<String> heap = Arrays.asList(arguments).subList(2, arguments.length);
    try (var server = new CollectionServer(arguments[0], heap)) {
      switch (arguments[1]) {
        case "ingest" -> new CollectionIngest(server).run();
        case "together" -> new CollectionTogether(server).run();
        case "search" -> new CollectionSearch(server).run();
        case "million" -> new CollectionMillion(server).run();
        default -> throw new IllegalArgumentException(arguments[1]);
      }
    }
  }
}
