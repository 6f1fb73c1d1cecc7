package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** A client of the service at a port of this machine. */
record Api(int port) {
  static final String JSON = "application/json";
  static final String CBOR = "application/cbor";
  static final JsonMapper JSON_MAPPER = new JsonMapper();
  static final CBORMapper CBOR_MAPPER = new CBORMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A file part of a form. */
  record Part(String name, String fileName, byte[] content) {
    static Part config(String text) {
      return new Part("config", "config.yaml", text.getBytes(UTF_8));
    }

    static Part schema(String yaml) {
      return new Part("schema", "schema.yaml", yaml.getBytes(UTF_8));
    }

    static Part csv(String name, String text) {
      return new Part(name, name + ".csv", text.getBytes(UTF_8));
    }

    static Part weights(byte[] content) {
      return new Part("weights", "model.safetensors", content);
    }
  }

  /** What came back. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    byte[] bytes() {
      return response.body();
    }

    String text() {
      return new String(bytes(), UTF_8);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String type() {
      return header("Content-Type");
    }

    /** The body as a tree, by its type. */
    JsonNode body() {
      return type().equals(CBOR) ? CBOR_MAPPER.readTree(bytes()) : JSON_MAPPER.readTree(bytes());
    }

    /** Where the faults are, by pointer, in order. */
    List<String> pointers() {
      return body().path("errors").valueStream().map(e -> e.path("pointer").asString()).toList();
    }

    @Override
    public String toString() {
      String text = text();
      return status() + " " + (text.length() > 2000 ? text.substring(0, 2000) + "..." : text);
    }
  }

  /**
   * @param headers name and value in turn
   */
  Answer get(String path, String... headers) {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  Answer delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  Answer put(String path, String json) {
    return send("PUT", path, BodyPublishers.ofString(json), "Content-Type", JSON);
  }

  Answer post(String path, String json) {
    return post(path, JSON, json.getBytes(UTF_8));
  }

  Answer post(String path, String type, byte[] body) {
    return send("POST", path, BodyPublishers.ofByteArray(body), "Content-Type", type);
  }

  /** Embeds with a model; single quotes stand for double ones. */
  Answer embed(String model, String json) {
    return post("/v1/models/" + model + "/embed", json.replace('\'', '"'));
  }

  /** Imports a version of a model. */
  Answer importVersion(String model, Part... parts) {
    return form("/v1/models/" + model + "/versions", List.of(parts));
  }

  /** Puts a dataset. */
  Answer putDataset(String name, Part... parts) {
    return form("PUT", "/v1/datasets/" + name, List.of(parts));
  }

  /** Posts a form. */
  Answer form(String path, List<Part> parts, String... headers) {
    return form("POST", path, parts, headers);
  }

  private Answer form(String method, String path, List<Part> parts, String... headers) {
    var body = new ByteArrayOutputStream();
    for (Part part : parts) {
      String head =
          "--frontier\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n"
              .formatted(part.name(), part.fileName());
      body.writeBytes(head.getBytes(UTF_8));
      body.writeBytes(part.content());
      body.writeBytes("\r\n".getBytes(UTF_8));
    }
    body.writeBytes("--frontier--\r\n".getBytes(UTF_8));
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = "multipart/form-data; boundary=frontier";
    return send(method, path, BodyPublishers.ofByteArray(body.toByteArray()), all);
  }

  Answer send(String method, String path, BodyPublisher body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " got no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A connection over which {@code text} was sent. */
  Socket open(String text) throws IOException {
    var socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }

  /** Sends raw text, and returns all that comes back until the server closes. */
  String raw(String text) throws IOException {
    try (Socket socket = open(text)) {
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
