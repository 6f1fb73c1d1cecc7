package io.braid.kubernetes;

import io.braid.config.BraidProperties;
import io.braid.config.SettingException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API server, as far as it concerns Jobs and pods of the namespace that the service is in. */
public final class ApiServer {
  /** What can be listed. */
  public enum Kind {
    JOBS("/apis/batch/v1"),
    PODS("/api/v1");

    private final String group;

    Kind(String group) {
      this.group = group;
    }

    private String path(String namespace) {
      return "%s/namespaces/%s/%s".formatted(group, namespace, name().toLowerCase(Locale.ROOT));
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final JsonMapper JSON = new JsonMapper();

  private final URI address;
  private final Path credentials;
  private final String namespace;
  private final HttpClient http;

  /**
   * @throws SettingException where the credentials cannot be read
   */
  public ApiServer(BraidProperties.Kubernetes settings) {
    this.address = settings.apiServer();
    this.credentials = settings.credentials().toPath();
    var client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE);
    try {
      this.namespace = Files.readString(credentials.resolve("namespace")).strip();
      readToken();
      if ("https".equals(address.getScheme())) {
        client.sslContext(trusting(credentials.resolve("ca.crt")).createSslContext());
      }
    } catch (IOException | IllegalStateException e) {
      throw new SettingException(
          "braid.kubernetes.credentials=%s: %s cannot be read"
              .formatted(credentials, e.getMessage()),
          "In a pod, set automountServiceAccountToken: true. Elsewhere, name a folder with the"
              + " files token, ca.crt and namespace.");
    }
    this.http = client.build();
  }

  private static SslBundle trusting(Path certificates) {
    return SslBundle.of(
        new PemSslStoreBundle(
            null, PemSslStoreDetails.forCertificate(certificates.toUri().toString())));
  }

  private String token() {
    try {
      return readToken();
    } catch (IOException e) {
      throw ApiException.unknown("the token cannot be read", e);
    }
  }

  /** As it is now: the kubelet renews it about once an hour. */
  private String readToken() throws IOException {
    return Files.readString(credentials.resolve("token")).strip();
  }

  /**
   * Makes a Job.
   *
   * @throws ApiException where it is not known to have been made; 409 where one of that name is
   *     there
   */
  public void create(JsonNode job) {
    send("POST", Kind.JOBS.path(namespace), job.toString());
  }

  /** All that have the labels, as they are now. */
  public List<JsonNode> list(Kind kind, String selector) {
    String query = "?labelSelector=" + URLEncoder.encode(selector, StandardCharsets.UTF_8);
    return send("GET", kind.path(namespace) + query, "").path("items").valueStream().toList();
  }

  /**
   * Deletes a Job. It is there until its pods have ended.
   *
   * @throws ApiException where it is not known to be on its way out; never because it is not there
   */
  public void delete(String job) {
    try {
      send(
          "DELETE",
          Kind.JOBS.path(namespace) + "/" + job,
          JSON.writeValueAsString(Map.of("propagationPolicy", "Foreground")));
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }

  private JsonNode send(String method, String path, String body) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(address.resolve(path))
                  .timeout(PATIENCE)
                  .header("Authorization", "Bearer " + token())
                  .header("Content-Type", "application/json")
                  .header("Accept", "application/json")
                  .header("User-Agent", "braid")
                  .method(method, BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw ApiException.answered(answer.statusCode(), message(answer.body()));
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw ApiException.unknown("the API server does not answer", e);
    } catch (JacksonException e) {
      throw ApiException.unknown("the API server answers what is not JSON", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unknown("the API server does not answer", e);
    }
  }

  /** Of a {@code Status}, or whatever stood between the API server and the service has to say. */
  private static String message(String body) {
    try {
      return JSON.readTree(body).path("message").asString("no reason given");
    } catch (JacksonException e) {
      return body.lines().findFirst().orElse("no reason given");
    }
  }
}
