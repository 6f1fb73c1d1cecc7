package io.braid.docs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A client of the service at a port of this machine. */
record Service(int port) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  String get(String path) {
    return new String(
        send("GET", path, "", new byte[0]).body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /**
   * @param type of the body; none where it is blank
   */
  HttpResponse<byte[]> send(String method, String path, String type, byte[] body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, BodyPublishers.ofByteArray(body));
    if (!type.isBlank()) {
      request.header("Content-Type", type);
    }
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " got no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
