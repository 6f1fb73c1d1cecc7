package io.braid.index;

import io.braid.encoder.Vector;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Searches as OpenSearch is asked for them, and what it says to them. */
final class OpenSearchQueries {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Most hits that a walk along the graph is asked for: a limit of OpenSearch. */
  static final int MAX_NEIGHBOURS = 10_000;

  private OpenSearchQueries() {}

  /**
   * By the graphs, a filter inside the walk; k hits of each shard, of which the best are told.
   *
   * @param search at most {@link #MAX_NEIGHBOURS} of it
   * @param candidates how many each walk gathers, where they are more
   */
  static ObjectNode approximate(Search search, Vector query, int candidates) {
    ObjectNode knn =
        JSON.objectNode()
            .set("vector", numbers(query))
            .put("k", search.k())
            .set(
                "method_parameters",
                JSON.objectNode().put("ef_search", Math.max(search.k(), candidates)));
    search.filter().ifPresent(filter -> knn.set("filter", OpenSearchFilters.compile(filter)));
    return request(
        search,
        JSON.objectNode()
            .set("knn", JSON.objectNode().set(OpenSearchFields.vector(search.target()), knn)));
  }

  /** By looking at every item that may be found. */
  static ObjectNode exact(Search search, Vector query) {
    String field = OpenSearchFields.vector(search.target());
    ArrayNode conditions =
        JSON.arrayNode()
            .add(JSON.objectNode().set("exists", JSON.objectNode().put("field", field)));
    search.filter().map(OpenSearchFilters::compile).ifPresent(conditions::add);
    ObjectNode script =
        JSON.objectNode()
            .put("lang", "knn")
            .put("source", "knn_score")
            .set(
                "params",
                JSON.objectNode()
                    .put("field", field)
                    .put("space_type", OpenSearchFields.SPACE)
                    .set("query_value", numbers(query)));
    ObjectNode found = JSON.objectNode().set("bool", JSON.objectNode().set("filter", conditions));
    return request(
        search,
        JSON.objectNode()
            .set("script_score", JSON.objectNode().set("query", found).set("script", script)));
  }

  private static ObjectNode request(Search search, ObjectNode query) {
    return JSON.objectNode()
        .put("size", search.k())
        .put("_source", false)
        .put("stored_fields", "_none_")
        .put("track_total_hits", false)
        .set("docvalue_fields", JSON.arrayNode().add(OpenSearchFields.SHOWN))
        .set(
            "sort",
            JSON.arrayNode()
                .add(JSON.objectNode().put("_score", "desc"))
                .add(JSON.objectNode().put(OpenSearchFields.ID, "asc")))
        .set("query", query);
  }

  private static ArrayNode numbers(Vector vector) {
    ArrayNode numbers = JSON.arrayNode(vector.size());
    for (int i = 0; i < vector.size(); i++) {
      numbers.add(vector.get(i));
    }
    return numbers;
  }

  /** Hits of one answer; k-NN tells (1 + cosine) / 2 of each. */
  static List<Hit> hits(JsonNode answer) {
    var hits = new ArrayList<Hit>();
    for (JsonNode hit : answer.path("hits").path("hits")) {
      double cosine = 2 * hit.path("_score").doubleValue() - 1;
      String shown = hit.path("fields").path(OpenSearchFields.SHOWN).path(0).asString("");
      hits.add(
          new Hit(
              ValidText.fromUnits(hit.path("sort").path(1).asString()),
              (float) cosine,
              OpenSearchFields.present(shown)));
    }
    hits.sort(Hit.ORDER);
    return List.copyOf(hits);
  }

  /** Whether every shard has answered, in time. */
  static boolean isWhole(JsonNode answer) {
    JsonNode shards = answer.path("_shards");
    return !answer.path("timed_out").asBoolean(false)
        && shards.path("failed").asInt(-1) == 0
        && shards.path("successful").asInt() == shards.path("total").asInt();
  }
}
