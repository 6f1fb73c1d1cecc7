package io.braid.index;

import io.braid.config.BraidProperties;
import io.braid.index.OpenSearchNode.Request;
import io.braid.index.OpenSearchNode.Response;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The indexes of a service in an OpenSearch cluster, called by a prefix, whose they are, and which:
 * {@code braid-0123456789ab-1-1-1}.
 */
public final class OpenSearchStore implements IndexStore {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Most hits of a search; {@code braid.limits.k} is at most that. */
  private static final int MAX_HITS = 100_000;

  /** Items up to which looking at all of them costs about as little as a walk along graphs. */
  private static final int MAX_EXACT_ITEMS = 3000;

  /** Most fields: one a target. */
  private static final int MAX_FIELDS = 5000;

  private final OpenSearchClient client;
  private final BraidProperties.Opensearch settings;
  private final String prefix;
  private final boolean isShared;
  private final int maxExactItems;

  /**
   * @param owner whose indexes they are; those of others are neither seen nor touched
   * @param isShared whether other processes may write to the same indexes
   */
  public OpenSearchStore(BraidProperties.Opensearch settings, String owner, boolean isShared) {
    this(settings, owner, isShared, MAX_EXACT_ITEMS);
  }

  OpenSearchStore(
      BraidProperties.Opensearch settings, String owner, boolean isShared, int maxExactItems) {
    this.prefix = settings.prefix() + owner + "-";
    this.maxExactItems = maxExactItems;
    this.client = new OpenSearchClient(settings);
    this.settings = settings;
    this.isShared = isShared;
  }

  @Override
  public VectorIndex open(IndexId id) {
    client.requireReachable();
    String name = name(id);
    Response there = client.ask(Request.get("/" + name));
    if (there.status() == 404) {
      make(name);
      there = client.ask(Request.get("/" + name));
    }
    JsonNode mapping = there.required().path(name).path("mappings");
    String format = mapping.path("_meta").path("braid").asString("");
    if (!format.equals(OpenSearchFields.FORMAT)) {
      throw new DamagedIndexException("format '" + format + "', not " + OpenSearchFields.FORMAT);
    }
    return new OpenSearchIndex(client, name, isShared, maxExactItems, mapping);
  }

  @Override
  public Optional<String> missing() {
    client.requireReachable();
    Response plugins = client.ask(Request.get("/_cat/plugins?format=json&h=component"));
    if (!plugins.isSuccess()) {
      return Optional.of(
          "an OpenSearch user who may list plugins: it says HTTP " + plugins.status());
    }
    boolean hasVectors =
        plugins
            .body()
            .valueStream()
            .anyMatch(plugin -> plugin.path("component").asString("").equals("opensearch-knn"));
    return hasVectors ? Optional.empty() : Optional.of("an OpenSearch with the plugin k-NN");
  }

  private void make(String name) {
    ObjectNode index =
        JSON.objectNode()
            .put("knn", true)
            .put("number_of_shards", settings.shards())
            .put("number_of_replicas", settings.replicas())
            // who searches asks for it
            .put("refresh_interval", "-1")
            .put("gc_deletes", OpenSearchIndex.REMEMBERED)
            .put("max_result_window", MAX_HITS)
            .put("mapping.total_fields.limit", MAX_FIELDS)
            .put("knn.derived_source.enabled", false);
    ObjectNode body =
        JSON.objectNode()
            .set("settings", JSON.objectNode().set("index", index))
            .set("mappings", OpenSearchFields.mappings())
            .set(
                "aliases",
                JSON.objectNode().set(OpenSearchIndex.writtenAs(name), JSON.objectNode()));
    Response made = client.ask(Request.put("/" + name, body));
    if (!made.errorType().equals("resource_already_exists_exception")) {
      made.required();
    }
  }

  @Override
  public void delete(IndexId id) {
    Response answer =
        client.ask(new Request("DELETE", "/" + name(id) + "?ignore_unavailable=true", null));
    if (answer.status() != 404) {
      answer.required();
    }
  }

  @Override
  public List<IndexId> list() {
    client.requireReachable();
    Response answer = client.ask(Request.get("/_cat/indices/" + prefix + "*?format=json&h=index"));
    return answer
        .required()
        .valueStream()
        .map(index -> index.path("index").asString())
        .filter(name -> name.startsWith(prefix))
        .map(name -> IndexId.parse(name.substring(prefix.length())))
        .flatMap(Optional::stream)
        .toList();
  }

  private String name(IndexId id) {
    return prefix + id;
  }

  @Override
  public void close() {
    client.close();
  }
}
