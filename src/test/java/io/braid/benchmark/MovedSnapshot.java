package io.braid.benchmark;

import io.braid.ServiceProcess;
import io.braid.dataset.SyntheticDataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Moves a collection to another service, with a data folder of its own, and compares what both
 * answer: exactly, plainly, by confidence and explained. Both have the demo model.
 *
 * <p>Arguments: the jar.
 */
final class MovedSnapshot {
  private static final int ITEMS = 3000;
  private static final int QUERIES = 200;

  private MovedSnapshot() {}

  public static void main(String[] arguments) throws Exception {
    Path here = Files.createTempDirectory("here");
    Path there = Files.createTempDirectory("there");
    try (var first = ServiceProcess.start(here, arguments[0], List.of());
        var second = ServiceProcess.start(there, arguments[0], List.of())) {
      var one = new JsonClient(first.port());
      var other = new JsonClient(second.port());
      fill(one);
      searches(one, "patients", ", \"score\": \"calibrated\""); // so that it is calibrated
      long start = System.nanoTime();
      JsonNode made = one.post("/v1/collections/patients/snapshots", "");
      double seconds = (System.nanoTime() - start) / 1e9;
      byte[] file =
          one.answer(
                  "GET",
                  "/v1/collections/patients/snapshots/" + made.path("id").asString(),
                  "",
                  new byte[0])
              .body();
      start = System.nanoTime();
      other.send("PUT", "/v1/collections/moved", "application/zip", file);
      System.out.printf(
          Locale.ROOT,
          "%d bytes of %s items, taken in %.2f s, restored in %.2f s%n",
          file.length,
          one.get("/v1/collections/patients").path("count"),
          seconds,
          (System.nanoTime() - start) / 1e9);
      for (String more :
          List.of(
              ", \"exact\": true", "", ", \"order_by\": \"confidence\"", ", \"explain\": true")) {
        compare(more, searches(one, "patients", more), searches(other, "moved", more));
      }
    }
  }

  private static void fill(JsonClient client) throws Exception {
    client.makeCollection("patients", "{\"model\": \"demo\"}");
    var patients = new SyntheticDataset(7);
    for (int from = 0; from < ITEMS; from += 200) {
      client.store("patients", StreamedItems.samples(patients, from));
    }
  }

  private static List<JsonNode> searches(JsonClient client, String collection, String more)
      throws Exception {
    var hits = new ArrayList<JsonNode>();
    var ids = new ArrayList<String>();
    client
        .get("/v1/collections/" + collection + "/items?limit=" + QUERIES)
        .path("items")
        .forEach(item -> ids.add("{\"item\": \"" + item.path("id").asString() + "\"}"));
    client
        .post(
            "/v1/collections/" + collection + "/search",
            "{\"queries\": %s, \"k\": 5%s}".formatted(ids, more))
        .path("results")
        .forEach(result -> result.path("hits").forEach(hits::add));
    return hits;
  }

  private static void compare(String more, List<JsonNode> before, List<JsonNode> after) {
    int same = 0;
    double off = 0;
    for (int i = 0; i < before.size(); i++) {
      byte[] id = before.get(i).path("id").asString().getBytes(StandardCharsets.UTF_8);
      byte[] moved = after.get(i).path("id").asString().getBytes(StandardCharsets.UTF_8);
      same += Arrays.equals(id, moved) ? 1 : 0;
      for (String number : List.of("score", "confidence", "baseline")) {
        off =
            Math.max(
                off,
                Math.abs(
                    before.get(i).path(number).asDouble(0)
                        - after.get(i).path(number).asDouble(0)));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %d hits before, %d after, %d ids the same, scores at most %.1e apart%n",
        more.isEmpty() ? "plain" : more.substring(2),
        before.size(),
        after.size(),
        same,
        off);
  }
}
