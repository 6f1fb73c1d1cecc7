package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.braid.api.Api.Answer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/**
 * The spans of a request, from its door to the device, as a collector gets them. The collector
 * outlives the service, which would log that it is gone.
 */
@DirtiesContext
@Timeout(180)
@Import(TracingTest.Exporter.class)
@TestPropertySource(
    properties = {
      "braid.queue.max-wait=10m",
      "braid.device-memory=8MB",
      "braid.demo-items=4",
      "management.opentelemetry.tracing.export.schedule-delay=50ms"
    })
class TracingTest extends ApiTest {
  private static final String REQUEST = "{\"samples\": [{\"modalities\": {\"text\": [1]}}]}";

  /** What the collector at the end of the setting was sent, byte for byte. */
  private static final Queue<String> COLLECTED = new ConcurrentLinkedQueue<>();

  private static final HttpServer COLLECTOR = collector();

  @Autowired private InMemorySpanExporter spans;
  @Autowired private DeviceGate device;

  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

  @TestConfiguration
  static class Exporter {
    @Bean
    InMemorySpanExporter spans() {
      return InMemorySpanExporter.create();
    }
  }

  private static HttpServer collector() {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.createContext(
          "/v1/traces",
          exchange -> {
            COLLECTED.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @DynamicPropertySource
  static void endpoint(DynamicPropertyRegistry registry) {
    registry.add(
        "management.opentelemetry.tracing.export.otlp.endpoint",
        () -> "http://127.0.0.1:" + COLLECTOR.getAddress().getPort() + "/v1/traces");
  }

  @BeforeEach
  void nothingYet() {
    assertServes();
    await(() -> device.admitted() == 0);
  }

  @AfterEach
  void close() {
    clients.close();
  }

  /** A W3C trace context; the last digit says whether the trace is sampled. */
  private static String context(int trace, boolean isSampled) {
    return "00-%032x-%016x-0%d".formatted(trace, 7, isSampled ? 1 : 0);
  }

  private Future<Answer> ask(int trace, boolean isSampled) {
    return clients.submit(() ->
        api()
            .send(
                "POST",
                "/v1/models/" + every() + "/embed",
                BodyPublishers.ofString(REQUEST),
                "Content-Type",
                Api.JSON,
                "traceparent",
                context(trace, isSampled)));
  }

  private List<SpanData> spans(int trace) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getTraceId().equals("%032x".formatted(trace)))
        .toList();
  }

  /** The span of a trace by its name, once it has come. */
  private SpanData span(int trace, String name) {
    await(() -> spans(trace).stream().anyMatch(span -> span.getName().startsWith(name)));
    return spans(trace).stream().filter(span -> span.getName().startsWith(name)).findFirst().get();
  }

  private static long number(SpanData span, String tag) {
    return java.util.Objects.requireNonNull(
        span.getAttributes().get(AttributeKey.longKey("braid." + tag)));
  }

  @Test
  void aBatchOfSeveralRequestsLinksTheirTraces() throws Exception {
    var answers = new ArrayList<Future<Answer>>();
    try (var _ = device.hold(large())) {
      for (int trace = 1; trace <= 3; trace++) {
        answers.add(ask(trace, true));
        int sent = trace;
        // the first alone is taken, and the others wait together
        await(() -> device.admitted() == sent && device.waiting() == sent - 1);
      }
    }
    for (Future<Answer> answer : answers) {
      assertThat(answer.get().status()).isEqualTo(200);
    }
    SpanData alone = span(1, "braid.batch");
    assertThat(alone.getParentSpanId()).isEqualTo(span(1, "http post").getSpanId());
    assertThat(alone.getLinks()).isEmpty();
    assertThat(number(alone, "requests")).isEqualTo(1);

    SpanData batch = span(2, "braid.batch");
    assertThat(batch.getParentSpanId()).isEqualTo(span(2, "http post").getSpanId());
    assertThat(number(batch, "requests")).isEqualTo(2);
    assertThat(number(batch, "samples")).isEqualTo(2);
    assertThat(batch.getAttributes().get(AttributeKey.stringKey("braid.model")))
        .isEqualTo("every/1");
    assertThat(linked(batch)).containsExactly(span(3, "http post").getSpanId());
    assertThat(linked(span(3, "braid.batch"))).containsExactly(batch.getSpanId());
    assertThat(span(3, "braid.batch").getParentSpanId())
        .isEqualTo(span(3, "http post").getSpanId());

    SpanData compute = span(2, "braid.compute");
    assertThat(compute.getParentSpanId()).isEqualTo(batch.getSpanId());
    SpanData wait = span(2, "braid.wait");
    assertThat(wait.getParentSpanId()).isEqualTo(span(2, "http post").getSpanId());
    assertThat(wait.getStartEpochNanos()).isLessThan(wait.getEndEpochNanos());
    assertThat(wait.getEndEpochNanos()).isLessThanOrEqualTo(compute.getStartEpochNanos());

    String trace = new String(java.util.HexFormat.of().parseHex("%032x".formatted(2)), latin());
    await(() ->
        COLLECTED.stream().anyMatch(sent -> sent.contains(trace) && sent.contains("braid.batch")));
  }

  private static java.nio.charset.Charset latin() {
    return StandardCharsets.ISO_8859_1;
  }

  private static List<String> linked(SpanData span) {
    return span.getLinks().stream().map(LinkData::getSpanContext).map(c -> c.getSpanId()).toList();
  }

  @Test
  void whatIsNotSampledLeavesNoSpan() throws Exception {
    assertThat(ask(10, false).get().status()).isEqualTo(200);
    assertThat(ask(11, true).get().status()).isEqualTo(200);
    assertThat(span(11, "http post").getParentSpanId()).isEqualTo("%016x".formatted(7));
    assertThat(spans(10)).isEmpty();
  }

  @Test
  void aSearchTellsItsEngine() {
    await(() -> api().get("/v1/collections/demo").body().path("state").asString().equals("ready"));
    Answer found =
        api()
            .send(
                "POST",
                "/v1/collections/demo/search",
                BodyPublishers.ofString(
                    "{\"query\": {\"modalities\": {\"protein\": {\"EGFR\": 0.4}}}, \"k\": 1}"),
                "Content-Type",
                Api.JSON,
                "traceparent",
                context(20, true));
    assertThat(found.status()).as("%s", found).isEqualTo(200);
    SpanData search = span(20, "braid.search");
    assertThat(search.getAttributes().get(AttributeKey.stringKey("braid.engine")))
        .isEqualTo("lucene");
    assertThat(search.getParentSpanId()).isEqualTo(span(20, "http post").getSpanId());
    assertThat(span(20, "braid.batch").getParentSpanId()).isEqualTo(search.getParentSpanId());
  }
}
