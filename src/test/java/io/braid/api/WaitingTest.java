package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.encoder.Encoder;
import io.braid.model.Residents;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;

/** More requests than a device can take, and models than its memory can hold. */
@SmallDevice
@Timeout(180)
class WaitingTest extends ApiTest {
  private static final String SMALL_REQUEST = "{'samples': [{'modalities': {'text': [1]}}]}";

  @Autowired private MeterRegistry meters;
  @Autowired private DeviceGate device;

  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

  private static String text(int vocabulary) {
    return """
    architecture: mca
    embedding_dim: 8
    layers: 1
    heads: 1
    head_dim: 8
    channels: [1]
    modalities:
      - {name: text, type: tokens, vocabulary: %d, max_length: 4}
    """
        .formatted(vocabulary);
  }

  @BeforeEach
  void nothingWaits() {
    assertServes();
    await(() -> device.admitted() == 0); // nothing of an earlier test either
  }

  @AfterEach
  void close() {
    clients.close();
  }

  private double rejections(String reason) {
    var counter = meters.find("braid.rejections").tag("reason", reason).counter();
    return counter == null ? 0 : counter.count();
  }

  private Residents<Encoder>.Lease hold() {
    return device.hold(large());
  }

  /** Sends requests, all of which but the one that the device has taken wait when this returns. */
  private List<Future<Answer>> send(int requests) {
    var answers = new ArrayList<Future<Answer>>();
    for (int i = 0; i < requests; i++) {
      answers.add(clients.submit(() -> api().embed(every(), SMALL_REQUEST)));
    }
    await(() -> device.admitted() == requests && device.waiting() == requests - 1);
    return answers;
  }

  private Socket client(String body) throws IOException {
    return api()
        .open(
            "POST /v1/models/every/embed HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body));
  }

  private static void assertAllServed(List<Future<Answer>> answers)
      throws ExecutionException, InterruptedException {
    for (Future<Answer> answer : answers) {
      assertThat(answer.get().status()).as("%s", answer.get()).isEqualTo(200);
    }
  }

  @Test
  void aRequestWhoseClientHasLeftIsNotComputed() throws Exception {
    double computed = device.computedSamples();
    double gone = rejections("client-gone");
    List<Future<Answer>> others;
    try (var _ = hold()) {
      others = send(4);
      try (Socket client = client(SMALL_REQUEST.replace('\'', '"'))) {
        await(() -> device.waiting() == 4);
        assertThat(client.isConnected()).isTrue();
      }
      await(() -> rejections("client-gone") == gone + 1);
    }
    assertAllServed(others);
    assertServes(); // after it, were it still there
    assertThat(device.computedSamples()).isEqualTo(computed + 5);
    assertThat(device.waiting()).isZero();
  }

  @Test
  void aClientThatOnlySaysThatItHasNoMoreToSayIsGoneToo() throws Exception {
    double gone = rejections("client-gone");
    List<Future<Answer>> others;
    try (var _ = hold()) {
      others = send(4);
      try (Socket client = client(SMALL_REQUEST.replace('\'', '"'))) {
        client.shutdownOutput();
        await(() -> rejections("client-gone") == gone + 1);
      }
    }
    assertAllServed(others);
  }

  @Test
  void aVersionThatIsDeletedBeforeItsTurnIsNotFound() throws Exception {
    imported("short-lived", text(10), 2);
    List<Future<Answer>> others;
    Future<Answer> late;
    try (var _ = hold()) {
      others = send(4);
      late = clients.submit(() -> api().embed("short-lived", SMALL_REQUEST));
      await(() -> device.waiting() == 4);
      assertThat(api().delete("/v1/models/short-lived/versions/1").status()).isEqualTo(204);
    }
    assertThat(late.get().status()).as("%s", late.get()).isEqualTo(404);
    assertAllServed(others);
  }

  @Test
  void aClientThatLeavesInTheMiddleOfItsBodyLeavesNoTrace() throws IOException {
    for (int i = 0; i < 20; i++) {
      try (Socket client =
          api()
              .open(
                  "POST /v1/models/every/embed HTTP/1.1\r\n"
                      + "Host: a\r\n"
                      + "Content-Type: application/json\r\n"
                      + "Content-Length: 5000\r\n\r\n"
                      + "{\"samples\": [")) {
        client.setSoLinger(true, 0); // a reset instead of an end
      }
    }
    await(() -> api().embed(every(), SMALL_REQUEST).status() == 200);
    assertServes();
  }

  @Test
  void theSurplusIsRefusedAtTheDoorAndTheRestServed() throws Exception {
    List<Future<Answer>> accepted;
    try (var _ = hold()) {
      accepted = send(5);
      for (int i = 0; i < 3; i++) {
        Answer surplus = api().embed("every", SMALL_REQUEST);
        assertThat(surplus.status()).as("%s", surplus).isEqualTo(429);
        assertThat(surplus.type()).isEqualTo("application/problem+json");
        assertThat(surplus.header("Retry-After")).matches("[1-9]\\d*");
      }
    }
    assertAllServed(accepted);
    assertServes();
  }

  @Test
  void aRequestOfManyPiecesIsServedInOrder() {
    String samples = "{'samples': [%s]}";
    var all = new ArrayList<String>();
    for (int i = 0; i < 1000; i++) {
      all.add("{'id': '%d', 'modalities': {'text': [%d, 1, 2, 3, 4]}}".formatted(i, 1 + i % 9));
    }
    Answer answer = api().embed(every(), samples.formatted(String.join(",", all)));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    var embeddings = answer.body().path("embeddings");
    for (int i = 0; i < 1000; i++) {
      assertThat(embeddings.get(i).path("id").asInt()).isEqualTo(i);
      assertThat(
              Vectors.cosine(
                  Vectors.vector(embeddings.get(i).path("fusion")),
                  Vectors.vector(embeddings.get(i % 9).path("fusion"))))
          .isGreaterThan(0.99999);
    }
  }

  @Test
  void theLeastRecentlyUsedModelMakesRoom() {
    String config = text(100_000); // 3.2 MB: two of them fit
    List<String> names = List.of("lru-a", "lru-b", "lru-c");
    for (String model : names) {
      imported(model, config, 1);
    }
    for (int i = 0; i < 9; i++) {
      Answer answer = api().embed(names.get(i % 3), SMALL_REQUEST);
      assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }
    assertThat(names).filteredOn(this::isResident).containsExactly("lru-b", "lru-c");
    assertThat(api().embed("lru-b", SMALL_REQUEST).status()).isEqualTo(200);
    assertThat(api().embed("lru-a", SMALL_REQUEST).status()).isEqualTo(200);
    assertThat(names).filteredOn(this::isResident).containsExactly("lru-a", "lru-b");
  }

  private boolean isResident(String model) {
    return !api().get("/v1/models/" + model + "/versions/1").body().path("resident").isEmpty();
  }

  @Test
  void aModelLargerThanTheMemoryIsToldSo() {
    imported("too-large", text(300_000), 1);
    Answer answer = api().embed("too-large", SMALL_REQUEST);
    assertProblem(answer, 503);
    assertThat(answer.body().path("detail").asString()).contains("braid.device-memory");
  }
}
