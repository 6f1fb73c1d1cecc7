package io.braid.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.BraidApplication;
import io.braid.config.BraidProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service in a folder whose workers are {@link FakeWorker}s, and a client of it. */
record TestService(Path folder, int port) {
  static final JsonMapper JSON = new JsonMapper();
  static final Duration LONG = Duration.ofSeconds(120);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Workers that are fake ones; no scan finds it. */
  @TestConfiguration(proxyBeanMethods = false)
  static class Fake {
    @Bean
    @Primary
    WorkerLauncher fakeWorkers(BraidProperties properties) {
      return Launchers.of(properties, FakeWorker.class);
    }
  }

  /** The service as a process: {@code TestService <settings>}; it writes its port to a file. */
  static void main(String[] settings) throws IOException {
    var context = run(settings);
    Path folder = context.getBean(BraidProperties.class).dataDir().toPath();
    Path part = folder.resolve("port.part");
    Files.writeString(part, Integer.toString(port(context)));
    Files.move(part, folder.resolve("port"));
  }

  static ConfigurableApplicationContext run(String... settings) {
    String[] all =
        Stream.concat(
                Stream.of("--server.port=0", "--braid.training.heap=64MB"), Arrays.stream(settings))
            .toArray(String[]::new);
    return new SpringApplicationBuilder(BraidApplication.class, Fake.class).run(all);
  }

  static int port(ConfigurableApplicationContext context) {
    return Integer.parseInt(
        String.valueOf(context.getEnvironment().getProperty("local.server.port")));
  }

  /** What workers of a model do; see {@link FakeWorker}. */
  void script(String model, String... lines) {
    try {
      Path file = Files.createDirectories(folder.resolve("fake")).resolve(model);
      Files.writeString(file, String.join("\n", lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  record Answer(int status, String text, HttpResponse<?> response) {
    JsonNode json() {
      return JSON.readTree(text);
    }

    List<String> pointers() {
      return json().path("errors").valueStream().map(e -> e.path("pointer").asString()).toList();
    }
  }

  Answer get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  /**
   * @param json single quotes stand for double ones
   */
  Answer post(String path, String json, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = "application/json";
    return send("POST", path, json.replace('\'', '"'), all);
  }

  Answer send(String method, String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(LONG)
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), new String(response.body(), UTF_8), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A small job's body, with more fields, as in {@code 'devices': 3}. */
  static String body(String model, String more) {
    return """
    {'dataset': 'demo', 'model': '%s', 'epochs': 2,
     'network': {'embedding_dim': 8, 'layers': 1, 'heads': 1, 'head_dim': 8, 'fusion_tokens': 11}%s}\
    """
        .formatted(model, more.isEmpty() ? "" : ", " + more);
  }

  /** Posts a small job; its id. */
  String job(String model, String more) {
    Answer answer = post("/v1/training-jobs", body(model, more));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json().path("id").asString();
  }

  JsonNode job(String id) {
    Answer answer = get("/v1/training-jobs/" + id);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  static String state(JsonNode job) {
    return job.path("state").asString();
  }

  JsonNode await(String id, Predicate<JsonNode> condition) {
    Instant end = Instant.now().plus(LONG);
    JsonNode job = job(id);
    while (!condition.test(job)) {
      assertThat(Instant.now()).as("%s takes too long", job).isBefore(end);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      job = job(id);
    }
    return job;
  }

  JsonNode awaitState(String id, String state) {
    JsonNode job =
        await(
            id,
            one ->
                state(one).equals(state)
                    || List.of("succeeded", "failed", "cancelled").contains(state(one)));
    assertThat(state(job)).as("%s", job).isEqualTo(state);
    return job;
  }

  JsonNode awaitStep(String id, int step) {
    return await(id, job -> job.path("progress").path("step").asInt() >= step);
  }

  /** An event as it was sent. */
  record Sent(String id, String event, JsonNode data) {}

  /** All events of an ended job, or those after one. */
  List<Sent> events(String id, String... lastEventId) {
    String[] headers =
        lastEventId.length == 0 ? new String[0] : new String[] {"Last-Event-ID", lastEventId[0]};
    Answer answer = get("/v1/training-jobs/" + id + "/events", headers);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var events = new ArrayList<Sent>();
    for (String block : answer.text().split("\n\n", -1)) {
      if (block.contains("data: ")) {
        events.add(
            new Sent(
                field(block, "id"), field(block, "event"), JSON.readTree(field(block, "data"))));
      }
    }
    return events;
  }

  private static String field(String block, String name) {
    return block
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("");
  }

  /** States of an ended job, in order. */
  List<String> states(String id) {
    return events(id).stream()
        .filter(event -> event.event().equals("state"))
        .map(event -> event.data().path("state").asString())
        .toList();
  }

  /** What names the content of the weights that a job made. */
  String weights(JsonNode job) {
    String path =
        "/v1/models/%s/versions/%d/weights"
            .formatted(job.path("model").asString(), job.path("version").asInt());
    return get(path).response().headers().firstValue("ETag").orElseThrow();
  }

  /** Loss by step. */
  Map<Integer, Double> losses(String id) {
    var losses = new TreeMap<Integer, Double>();
    for (JsonNode step : get("/v1/training-jobs/" + id + "/metrics").json().path("steps")) {
      losses.put(step.path("step").asInt(), step.path("loss").asDouble());
    }
    return losses;
  }

  /** The process that works at a job. */
  ProcessHandle worker(String id) {
    return new io.braid.training.JobFolder(folder.resolve("jobs").resolve(id))
        .worker()
        .orElseThrow();
  }
}
