package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.braid.BraidApplication;
import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import io.braid.encoder.InitialWeights;
import io.braid.model.ModelConfigReader;
import io.braid.torch.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * The service on a port of its own, the same one for all test classes that change no property. What
 * a test sends must never be logged as our error.
 */
@SpringBootTest(
    classes = BraidApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestPropertySource(properties = {"braid.demo-items=64", "braid.limits.subsets=1024"})
@Import({UsedDatasets.class, DeviceGate.class})
public abstract class ApiTest {
  /** A model with every kind of modality: {@link #every()}. */
  private static final String EVERY =
      """
      architecture: mca
      embedding_dim: 16
      layers: 2
      heads: 2
      head_dim: 8
      modalities:
        - {name: table, type: tabular, columns: [A, B, C]}
        - {name: steps, type: sequence, features: 2, max_length: 4}
        - {name: text, type: tokens, vocabulary: 10, max_length: 5}
        - {name: counts, type: sparse_tabular, vocabulary: 10, max_length: 4}
        - {name: spectro, type: patches, patch: [2, 2], max_length: 4}
      """;

  /** A small model of one modality. */
  static final String ONE_TABLE =
      """
      architecture: eao
      embedding_dim: 8
      layers: 1
      heads: 1
      head_dim: 8
      modalities:
        - {name: gene, type: tabular, columns: [A, B]}
      """;

  /** Leaves 4 KB at most of a {@link SmallDevice}'s memory: no other has room beside it. */
  private static final String LARGE =
      """
      architecture: mca
      embedding_dim: 8
      layers: 1
      heads: 1
      head_dim: 8
      channels: [1]
      modalities:
        - {name: text, type: tokens, vocabulary: 261900, max_length: 4}
      """;

  /** A request to the model {@link #every()} with all of its modalities, in single quotes. */
  static final String WHOLE_SAMPLE =
      """
      {'table': [0.5, -1.5, 2], 'steps': [[0.1, 0.2], [0.3, -0.4]], 'text': [7, 3, 9],
       'counts': {'indices': [3, 8], 'values': [1.5, 2]}, 'spectro': [[1, 2], [3, 4]]}\
      """;

  /** How long a test waits for what must come; a busy machine is slow. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Autowired private ModelConfigReader configs;
  @LocalServerPort private int port;

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @DynamicPropertySource
  static void dataDir(DynamicPropertyRegistry registry) {
    String folder = newFolder().toString();
    registry.add("braid.data-dir", () -> folder);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "api-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @BeforeEach
  void listen() {
    logged.start();
    root().addAppender(logged);
  }

  @AfterEach
  void nothingIsLoggedAsOurError() {
    root().detachAppender(logged);
    List<ILoggingEvent> events = List.copyOf(logged.list);
    assertThat(events).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.ERROR));
  }

  final Api api() {
    return new Api(port);
  }

  /** The name of a model with every kind of modality, which is imported if it is not there. */
  final String every() {
    return importedOnce("every", EVERY);
  }

  /** The name of a model that leaves no other one room on a {@link SmallDevice}. */
  final String large() {
    return importedOnce("large", LARGE);
  }

  private String importedOnce(String model, String config) {
    if (api().get("/v1/models/" + model).status() == 404) {
      imported(model, config, 1);
    }
    return model;
  }

  /** Imports seeded weights of a config as a new version, and returns its number. */
  final int imported(String model, String config, long seed) {
    Answer answer =
        api().importVersion(model, Part.config(config), Part.weights(weights(config, seed)));
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    return answer.body().path("version").asInt();
  }

  /** Seeded weights of a config. */
  final byte[] weights(String config, long seed) {
    var encoder = configs.read("config.yaml", config.getBytes(StandardCharsets.UTF_8)).encoder();
    Path file = newFolder().resolve("model.safetensors");
    Safetensors.write(file, InitialWeights.of(encoder, seed));
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The job or evaluation at a path, once it has ended. */
  final JsonNode awaitEnd(String path) {
    await(() ->
        !List.of("queued", "running").contains(api().get(path).body().path("state").asString()));
    return api().get(path).body();
  }

  static void await(BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("it takes too long").isBefore(end);
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  /** A normal request is answered. */
  final void assertServes() {
    Answer answer = api().embed(every(), "{'samples': [{'modalities': " + WHOLE_SAMPLE + "}]}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
  }

  /** It is refused with problem details, and the service goes on. */
  final void assertProblem(Answer answer, int status) {
    assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    assertThat(answer.type()).isEqualTo("application/problem+json");
    assertThat(answer.header("X-Request-Id")).isNotBlank();
    var problem = answer.body();
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asString()).startsWith("urn:braid:problem:");
    assertThat(problem.path("title").asString()).isNotBlank();
    assertThat(problem.path("detail").asString()).isNotBlank().doesNotStartWith(":");
    assertThat(problem.path("instance").asString()).startsWith("/");
    assertServes();
  }

  /** It is refused, with a fault at {@code pointer}. */
  final void assertFault(Answer answer, int status, String pointer) {
    assertProblem(answer, status);
    assertThat(answer.pointers()).as("%s", answer).contains(pointer);
  }
}
