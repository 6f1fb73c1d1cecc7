package io.braid.benchmark;

import io.braid.benchmark.KilledWriter.Expected;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whether the index of a collection finds what the record holds, by what the record holds. */
final class KilledIndex {
  private static final JsonMapper JSON = new JsonMapper();

  private final JsonClient client;
  private final String path;
  private final Map<String, Expected> expected = new LinkedHashMap<>();

  /**
   * @param writers of all collections
   */
  KilledIndex(JsonClient client, String collection, List<KilledWriter> writers) {
    this.client = client;
    this.path = "/v1/collections/" + collection;
    writers.stream()
        .filter(writer -> writer.collection().equals(collection))
        .forEach(writer -> expected.putAll(writer.acknowledged()));
  }

  void check() throws Exception {
    long count = client.get(path).path("count").asLong();
    if (count != expected.size()) {
      throw new AssertionError("%s counts %d, not %d".formatted(path, count, expected.size()));
    }
    if (expected.isEmpty()) {
      return;
    }
    String any = expected.keySet().iterator().next();
    var found = new TreeSet<String>();
    client
        .post(path + "/search", "{\"query\": {\"item\": \"%s\"}, \"k\": 10000}".formatted(any))
        .path("results")
        .get(0)
        .path("hits")
        .forEach(hit -> found.add(hit.path("id").asString()));
    if (!found.equals(new TreeSet<>(expected.keySet()))) {
      throw new AssertionError(path + " finds " + found + ", not " + expected.keySet());
    }
    for (var entry : expected.entrySet()) {
      checkEntry(entry.getKey(), entry.getValue());
    }
    checkEmbedding(any);
  }

  /** By its own vector and by its metadata: both are those of the record. */
  private void checkEntry(String id, Expected expected) throws Exception {
    JsonNode hits =
        client
            .post(
                path + "/search",
                """
                {"query": {"item": "%1$s"}, "k": 2, "filter": {"all": [
                  {"field": "key", "eq": "%1$s"}, {"field": "revision", "eq": %2$d}]}}
                """
                    .formatted(id, expected.revision()))
            .path("results")
            .get(0)
            .path("hits");
    boolean isRight =
        hits.size() == 1
            && hits.get(0).path("id").asString().equals(id)
            && hits.get(0).path("score").asDouble() > 0.9999
            && hits.get(0).path("present").size() == expected.modalities().size();
    if (!isRight) {
      throw new AssertionError(path + ": " + id + " should be " + expected + " and is " + hits);
    }
  }

  /** The stored embedding is what the version that is searched makes of the stored sample. */
  private void checkEmbedding(String id) throws Exception {
    JsonNode item =
        client.get(path + "/items/" + id.replace("/", "%2F") + "?include=embedding,modalities");
    int version = client.get(path).path("version").asInt();
    ObjectNode sample = JSON.createObjectNode();
    sample.set("modalities", item.path("modalities"));
    ObjectNode request = JSON.createObjectNode();
    request.putArray("samples").add(sample);
    JsonNode embedded =
        client
            .post(
                "/v1/models/" + KilledCollections.MODEL + "/embed?version=" + version,
                request.toString())
            .path("embeddings")
            .get(0)
            .path("fusion");
    double worst =
        IntStream.range(0, embedded.size())
            .mapToDouble(i ->
                Math.abs(embedded.get(i).asDouble() - item.path("embedding").path(i).asDouble()))
            .max()
            .orElseThrow();
    if (!(worst < 1e-5)) {
      throw new AssertionError(path + ": the embedding of " + id + " is off by " + worst);
    }
  }
}
