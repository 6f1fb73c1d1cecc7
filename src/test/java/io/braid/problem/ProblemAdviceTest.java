package io.braid.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.TinyServer.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(
    classes = TinyServer.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = TinyServer.NO_HEALTH)
@ExtendWith(OutputCaptureExtension.class)
class ProblemAdviceTest {
  @LocalServerPort private int port;
  @Autowired private MeterRegistry meters;
  private TinyServer.Client client = new TinyServer.Client(0);

  @BeforeEach
  void connect() {
    client = new TinyServer.Client(port);
  }

  private static void assertProblem(Answer answer, ProblemKind kind) {
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.text("type")).isEqualTo(kind.type().toString());
    assertThat(answer.text("title")).isEqualTo(kind.title());
    assertThat(answer.text("detail")).isNotBlank();
    assertThat(answer.json().path("status").asInt()).isEqualTo(answer.status());
    assertThat(answer.status()).isEqualTo(kind.status().value());
    assertThat(answer.header("X-Request-Id")).isNotBlank();
  }

  private static String faultAt(Answer answer, int i) {
    return answer.json().at("/errors/" + i + "/pointer").asString("");
  }

  @ParameterizedTest
  @EnumSource
  void writesEveryKind(ProblemKind kind) throws Exception {
    Answer answer = client.get("/fail/" + kind);
    assertProblem(answer, kind);
    assertThat(answer.text("detail")).isEqualTo("as asked");
    assertThat(answer.text("instance")).isEqualTo("/fail/" + kind);
  }

  @Test
  void aFullDiskIsNeitherTheClientsFaultNorOurs(CapturedOutput output) throws Exception {
    Answer answer = client.get("/full-disk");
    assertProblem(answer, ProblemKind.UNAVAILABLE);
    assertThat(answer.text("detail")).contains("disk").contains("full").doesNotContain("/data/x");
    assertThat(answer.header("Retry-After")).isNotBlank();
    assertThat(output).contains("/full-disk found no room on the disk").doesNotContain("ERROR");
  }

  @Test
  void faultsAreListedUnderErrors() throws Exception {
    Answer answer = client.get("/faults");
    assertThat(answer.json().path("errors"))
        .hasToString(
            "[{\"pointer\":\"/a\",\"detail\":\"is wrong\"},"
                + "{\"pointer\":\"/b\",\"detail\":\"half ? of a pair\"}]");
    assertThat(client.get("/bug").json().has("errors")).isFalse();
  }

  @Test
  void whatMayPassSaysWhenToTryAgain() throws Exception {
    assertThat(client.get("/fail/BUSY").header("Retry-After")).isEqualTo("1");
    assertThat(client.get("/fail/UNAVAILABLE").header("Retry-After")).isEqualTo("1");
    assertThat(client.get("/later").header("Retry-After")).isEqualTo("3");
    assertThat(client.get("/fail/CONFLICT").header("Retry-After")).isEmpty();
  }

  @Test
  void aBugIsLoggedOnceAndNotTold(CapturedOutput output) throws Exception {
    Answer answer = client.get("/bug");
    assertProblem(answer, ProblemKind.INTERNAL);
    assertThat(answer.response().body()).doesNotContain("secret");
    assertThat(output.getAll().split("IllegalStateException: secret", -1)).hasSize(2);
  }

  @Test
  void clientsFaultsAreNotLogged(CapturedOutput output) throws Exception {
    client.post("/bind", "application/json", "{");
    client.get("/nowhere");
    client.get("/faults");
    client.get("/items/x");
    client.send("/bug", HttpRequest.Builder::DELETE);
    client.post("/bind", "text/csv", "a");
    assertThat(output.getAll()).doesNotContain("WARN", "ERROR");
  }

  @Test
  void problemsAreJsonWhateverTheClientAccepts() throws Exception {
    for (String accept : new String[] {"application/cbor", "text/html", "image/png"}) {
      Answer answer = client.send("/fail/NOT_FOUND", r -> r.header("Accept", accept));
      assertProblem(answer, ProblemKind.NOT_FOUND);
      assertProblem(
          client.send("/nowhere", r -> r.header("Accept", accept)), ProblemKind.NOT_FOUND);
    }
  }

  @Test
  void anUnknownPathIsNotFound() throws Exception {
    assertProblem(client.get("/nowhere"), ProblemKind.NOT_FOUND);
    assertProblem(client.get("/error"), ProblemKind.NOT_FOUND);
  }

  @Test
  void anotherMethodIsRefusedWithThoseAllowed() throws Exception {
    Answer answer = client.send("/bug", HttpRequest.Builder::DELETE);
    assertProblem(answer, ProblemKind.METHOD_NOT_ALLOWED);
    assertThat(answer.header("Allow")).contains("GET");
  }

  @Test
  void anUnknownMethodIsRefused() throws Exception {
    Answer answer = client.send("/bug", r -> r.method("BREW", HttpRequest.BodyPublishers.noBody()));
    assertThat(answer.status()).isBetween(400, 501);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
  }

  @Test
  void anotherMediaTypeIsRefused() throws Exception {
    assertProblem(client.post("/bind", "text/csv", "a"), ProblemKind.UNSUPPORTED_MEDIA_TYPE);
    assertProblem(client.post("/bind", "nonsense", "a"), ProblemKind.UNSUPPORTED_MEDIA_TYPE);
  }

  @Test
  void anUnwritableAcceptIsRefused() throws Exception {
    assertProblem(
        client.send("/items/3", r -> r.header("Accept", "image/png")), ProblemKind.NOT_ACCEPTABLE);
  }

  @Test
  void aBodyThatBreaksOffIsUnreadableWithItsPlace() throws Exception {
    Answer answer = client.post("/bind", "application/json", "{\"name\": \"x\",\n \"k\": NaN}");
    assertProblem(answer, ProblemKind.UNREADABLE);
    assertThat(answer.text("detail")).contains("line 2").doesNotContain("JsonReadFeature");
    assertThat(faultAt(answer, 0)).isEqualTo("/k");
    assertProblem(client.post("/bind", "application/json", ""), ProblemKind.UNREADABLE);
  }

  @Test
  void aFieldOfAnotherTypeIsInvalid() throws Exception {
    Answer answer =
        client.post(
            "/bind", "application/json", "{\"name\": \"x\", \"steps\": [{\"max_length\": \"a\"}]}");
    assertProblem(answer, ProblemKind.INVALID);
    assertThat(answer.json().at("/errors/0").toString())
        .isEqualTo("{\"pointer\":\"/steps/0/max_length\",\"detail\":\"expected an integer\"}");
  }

  @Test
  void anIntegerThatOverflowsIsInvalid() throws Exception {
    Answer answer =
        client.post("/bind", "application/json", "{\"name\": \"x\", \"k\": 99999999999}");
    assertProblem(answer, ProblemKind.INVALID);
  }

  @Test
  void fieldsThatFailValidationAreNamed() throws Exception {
    Answer answer =
        client.post(
            "/bind",
            "application/json",
            "{\"name\": \" \", \"k\": 1, \"steps\": [{\"max_length\": 0}]}");
    assertProblem(answer, ProblemKind.INVALID);
    assertThat(List.of(faultAt(answer, 0), faultAt(answer, 1)))
        .containsExactlyInAnyOrder("/name", "/steps/0/max_length");
  }

  @Test
  void aParameterOutOfRangeIsInvalid() throws Exception {
    Answer answer = client.get("/query?limit=0");
    assertProblem(answer, ProblemKind.INVALID);
    assertThat(faultAt(answer, 0)).isEqualTo("limit");
  }

  @Test
  void aParameterOfAnotherTypeIsInvalid() throws Exception {
    Answer answer = client.get("/query?limit=many");
    assertProblem(answer, ProblemKind.INVALID);
    assertThat(answer.json().at("/errors/0/detail").asString())
        .isEqualTo("expected an integer, got 'many'");
  }

  @Test
  void aMissingParameterIsInvalid() throws Exception {
    Answer answer = client.get("/query");
    assertProblem(answer, ProblemKind.INVALID);
    assertThat(faultAt(answer, 0)).isEqualTo("limit");
  }

  @Test
  void aParameterThatCannotBeDecodedIsRefused() throws Exception {
    String answer =
        client.raw("GET /query?limit=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
  }

  @Test
  void aPathOfAnotherTypeIsNotFound() throws Exception {
    assertProblem(client.get("/items/x"), ProblemKind.NOT_FOUND);
  }

  @Test
  void aMissingPartIsInvalidAndNamed() throws Exception {
    Answer answer =
        client.post(
            "/upload",
            "multipart/form-data; boundary=b",
            "--b\r\n"
                + "Content-Disposition: form-data; name=\"x\"; filename=\"x\"\r\n\r\n"
                + "1\r\n"
                + "--b--\r\n");
    assertProblem(answer, ProblemKind.INVALID);
    assertThat(faultAt(answer, 0)).isEqualTo("weights");
  }

  @Test
  void aBrokenMultipartBodyIsUnreadable() throws Exception {
    assertProblem(client.post("/upload", "multipart/form-data", "x"), ProblemKind.UNREADABLE);
    assertProblem(
        client.post(
            "/upload",
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"weights\"; filename=\"x\"\r\n\r\n1"),
        ProblemKind.UNREADABLE);
  }

  @Test
  void rejectionsAreCountedByReason() throws Exception {
    var counter = meters.counter("braid.rejections", "reason", "conflict");
    double before = counter.count();
    client.get("/fail/CONFLICT");
    assertThat(counter.count()).isEqualTo(before + 1);
  }

  @Test
  void theRequestIdIsEchoedWhereItIsVisibleAscii() throws Exception {
    Answer echoed = client.send("/request-id", r -> r.header("X-Request-Id", "abc-1!~"));
    assertThat(echoed.header("X-Request-Id")).isEqualTo("abc-1!~");
    assertThat(echoed.response().body()).isEqualTo("abc-1!~");
    Answer made = client.send("/request-id", r -> r.header("X-Request-Id", "a b"));
    assertThat(made.header("X-Request-Id")).isEqualTo(made.response().body()).hasSize(36);
    assertThat(
            client
                .send("/fail/CONFLICT", r -> r.header("X-Request-Id", "x".repeat(129)))
                .header("X-Request-Id"))
        .hasSize(36);
  }
}
