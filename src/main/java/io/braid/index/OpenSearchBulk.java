package io.braid.index;

import io.braid.index.OpenSearchNode.Request;
import io.braid.index.OpenSearchNode.Response;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Changes of documents on their way to an index, each with a version below which none is taken. */
final class OpenSearchBulk {
  private static final JsonMapper JSON = new JsonMapper();

  /** Largest body, but for a single change that is larger, bytes. */
  private static final int MAX_BODY = 8 << 20;

  private final OpenSearchClient client;
  private final String path;
  private final Duration patience;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  /**
   * @param alias of the index
   * @param patience longest wait for each body to be taken
   */
  OpenSearchBulk(OpenSearchClient client, String alias, Duration patience) {
    this.client = client;
    this.path = "/" + alias + "/_bulk?require_alias=true&filter_path=errors,items";
    this.patience = patience;
  }

  /** Puts a document. */
  void put(String id, long version, Consumer<JsonGenerator> content) {
    add("index", id, version);
    line(content);
    sendIfLarge();
  }

  void delete(String id, long version) {
    add("delete", id, version);
    sendIfLarge();
  }

  private void add(String kind, String id, long version) {
    line(json ->
        json.writeStartObject()
            .writeObjectPropertyStart(kind)
            .writeStringProperty("_id", id)
            .writeNumberProperty("version", version)
            .writeStringProperty("version_type", "external_gte")
            .writeEndObject()
            .writeEndObject());
  }

  private void line(Consumer<JsonGenerator> content) {
    try (JsonGenerator json = JSON.createGenerator(body)) {
      content.accept(json);
    }
    body.write('\n');
  }

  private void sendIfLarge() {
    if (body.size() > MAX_BODY) {
      send();
    }
  }

  /** Returns when what was added is taken. */
  void send() {
    if (body.size() == 0) {
      return;
    }
    Request request = Request.post(path, body.toByteArray());
    Response answer =
        client.with(patience, turn -> turn.ask(request, OpenSearchBulk::isNothingBusy));
    for (JsonNode item : answer.required().path("items")) {
      JsonNode result = item.iterator().next();
      int status = result.path("status").intValue();
      boolean isDone = status < 300 || status == 409; // a later change is there already
      boolean isGoneAlready = status == 404 && !result.has("error");
      if (!isDone && !isGoneAlready) {
        throw new Response(status, result).failure();
      }
    }
    body.reset();
  }

  /** Whether no change was put off because of what may be over soon. */
  private static boolean isNothingBusy(JsonNode answer) {
    if (answer.path("errors").asBoolean(true)) {
      for (JsonNode item : answer.path("items")) {
        if (OpenSearchNode.isRetryable(item.iterator().next().path("status").intValue())) {
          return false;
        }
      }
    }
    return true;
  }
}
