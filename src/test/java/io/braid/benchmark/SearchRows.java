package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;

/** How fast queries are answered, as a row of a table. */
final class SearchRows {
  private SearchRows() {}

  static void head() {
    System.out.println(
        "| engine | query | connections | searches/s | p50 ms | p99 ms | of that in the index ms |"
            + " in the service ms |");
    System.out.println("|---|---|---|---|---|---|---|---|");
  }

  static byte[] query(String collection, String body) {
    return RawClient.post(
        "/v1/collections/" + collection + "/search", "application/json", body.getBytes(UTF_8));
  }

  /**
   * @param queries 500 of them
   */
  static void row(int port, String engine, String what, int connections, List<byte[]> queries)
      throws Exception {
    Load.repeat(
        port, connections, 5, (client, i) -> client.sendValid(queries.get((int) (i % 500))));
    Load load =
        Load.repeat(
            port, connections, 10, (client, i) -> client.sendValid(queries.get((int) (i % 500))));
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %d | %.0f | %.2f | %.2f | %.2f | %.2f |%n",
        engine,
        what,
        connections,
        load.perSecond(),
        load.percentile(0.5),
        load.percentile(0.99),
        load.timing("search"),
        load.timing("total"));
  }
}
