package io.braid.model;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests about models, and their answers. */
abstract class ModelRequests {
  record Answer(int status, HttpHeaders headers, byte[] body) {
    JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    List<String> errors() {
      var errors = new ArrayList<String>();
      for (JsonNode error : json().path("errors")) {
        errors.add(error.path("pointer").asString() + ": " + error.path("detail").asString());
      }
      return errors;
    }
  }

  @LocalServerPort private int port;

  final Answer post(String model, String config, Path weights, Consumer<HttpHeaders> headers) {
    var parts = new LinkedMultiValueMap<String, Object>();
    parts.add("config", named("config.yaml", config));
    parts.add("weights", new FileSystemResource(weights));
    return call(
        HttpMethod.POST,
        "/v1/models/" + model + "/versions",
        MediaType.MULTIPART_FORM_DATA,
        parts,
        headers);
  }

  static ByteArrayResource named(String fileName, String content) {
    return new ByteArrayResource(content.getBytes(StandardCharsets.UTF_8)) {
      @Override
      public String getFilename() {
        return fileName;
      }
    };
  }

  static Consumer<HttpHeaders> key(String key) {
    return headers -> headers.set("Idempotency-Key", key);
  }

  final Answer setDefault(String model, int version) {
    return call(
        HttpMethod.PUT,
        "/v1/models/" + model + "/default",
        MediaType.APPLICATION_JSON,
        "{\"version\": %d}".formatted(version));
  }

  final Answer delete(String path) {
    return call(HttpMethod.DELETE, path, null, null);
  }

  final Answer get(String path) {
    return get(path, _ -> {});
  }

  final Answer get(String path, Consumer<HttpHeaders> headers) {
    return call(HttpMethod.GET, path, null, null, headers);
  }

  final Answer call(
      HttpMethod method, String path, @Nullable MediaType type, @Nullable Object body) {
    return call(method, path, type, body, _ -> {});
  }

  final Answer call(
      HttpMethod method,
      String path,
      @Nullable MediaType type,
      @Nullable Object body,
      Consumer<HttpHeaders> headers) {
    var request =
        RestClient.create("http://localhost:" + port).method(method).uri(path).headers(headers);
    if (type != null && body != null) {
      request.contentType(type).body(body);
    }
    Answer answer =
        request.exchange((_, response) ->
            new Answer(
                response.getStatusCode().value(),
                response.getHeaders(),
                response.getBody().readAllBytes()));
    return Objects.requireNonNull(answer);
  }
}
