package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.ServiceProcess;
import io.braid.encoder.InitialWeights;
import io.braid.model.ModelConfigReader;
import io.braid.torch.Safetensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to a {@link ServiceProcess}, and their answers as JSON. */
record JsonClient(int port) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int ITEMS_AT_ONCE = 500;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, "application/json", new byte[0]);
  }

  JsonNode post(String path, String json) throws IOException, InterruptedException {
    return send("POST", path, "application/json", json.getBytes(UTF_8));
  }

  /**
   * @throws IllegalStateException where the answer is not of the kind 2xx
   */
  JsonNode send(String method, String path, String type, byte[] body)
      throws IOException, InterruptedException {
    return JSON.readTree(answer(method, path, type, body).body());
  }

  /** Imports seeded weights of a config as a version of a model. */
  void importVersion(String model, String config, long seed)
      throws IOException, InterruptedException {
    Path weights = Files.createTempFile("weights", ".safetensors");
    Safetensors.write(weights, InitialWeights.of(ModelConfigReader.stored(config).encoder(), seed));
    var body = new ByteArrayOutputStream();
    part(body, "config", "config.json", config.getBytes(UTF_8));
    part(body, "weights", "model.safetensors", Files.readAllBytes(weights));
    Files.delete(weights);
    body.writeBytes("--frontier--\r\n".getBytes(UTF_8));
    send(
        "POST",
        "/v1/models/" + model + "/versions",
        "multipart/form-data; boundary=frontier",
        body.toByteArray());
  }

  /** A part of a form whose boundary is {@code frontier}. */
  static void part(ByteArrayOutputStream body, String name, String file, byte[] content) {
    body.writeBytes(
        "--frontier\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n"
            .formatted(name, file)
            .getBytes(UTF_8));
    body.writeBytes(content);
    body.writeBytes("\r\n".getBytes(UTF_8));
  }

  /** What names the content of what is at a path. */
  String entityTag(String path) throws IOException, InterruptedException {
    return answer("GET", path, "application/json", new byte[0])
        .headers()
        .firstValue("ETag")
        .orElseThrow();
  }

  /**
   * @throws IllegalStateException where the answer is not of the kind 2xx
   */
  HttpResponse<byte[]> answer(
      String method, String path, String type, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = tryAnswer(method, path, type, body, headers);
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(
          method + " " + path + ": " + new String(answer.body(), UTF_8));
    }
    return answer;
  }

  /**
   * @param type of the body; none where it is empty
   * @param headers names and values in turn
   */
  HttpResponse<byte[]> tryAnswer(
      String method, String path, String type, byte[] body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, BodyPublishers.ofByteArray(body));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofByteArray());
  }

  /**
   * @param json as in {@code {"model": "demo"}}
   */
  void makeCollection(String collection, String json) throws IOException, InterruptedException {
    send("PUT", "/v1/collections/" + collection, "application/json", json.getBytes(UTF_8));
  }

  /** Stores items, each {@code {"id": ...}}. */
  void store(String collection, List<String> items) throws IOException, InterruptedException {
    for (int from = 0; from < items.size(); from += ITEMS_AT_ONCE) {
      List<String> some = items.subList(from, Math.min(items.size(), from + ITEMS_AT_ONCE));
      post("/v1/collections/" + collection + "/items", "{\"items\": " + some + "}");
    }
  }

  /** Posts a training job, and returns it once it has succeeded. */
  JsonNode train(String json) throws IOException, InterruptedException {
    return awaitSuccess(
        "/v1/training-jobs/" + post("/v1/training-jobs", json).path("id").asString());
  }

  /** The job or evaluation at a path, once it has ended. */
  JsonNode awaitEnd(String path) throws IOException, InterruptedException {
    JsonNode now = get(path);
    while (List.of("queued", "running").contains(now.path("state").asString())) {
      Thread.sleep(100);
      now = get(path);
    }
    return now;
  }

  /**
   * The job or evaluation at a path, once it has succeeded.
   *
   * @throws IllegalStateException where it ends otherwise
   */
  JsonNode awaitSuccess(String path) throws IOException, InterruptedException {
    JsonNode ended = awaitEnd(path);
    if (!ended.path("state").asString().equals("succeeded")) {
      throw new IllegalStateException(path + ": " + ended);
    }
    return ended;
  }

  /** Waits until the demo dataset is there. */
  void awaitDemo() throws IOException, InterruptedException {
    while (get("/v1/datasets").path("items").isEmpty()) {
      Thread.sleep(200);
    }
  }
}
