package io.braid.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(
    classes = TinyServer.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = TinyServer.NO_HEALTH)
class ContainerProblemsTest {
  @LocalServerPort private int port;
  @Autowired private MeterRegistry meters;

  private String raw(String request) throws Exception {
    return new TinyServer.Client(port).raw(request);
  }

  @ParameterizedTest
  @CsvSource({
    "400, 'GET /a|b{} HTTP/1.1~Host: a~~'",
    "400, 'GET /a b HTTP/1.1~Host: a~~'",
    "400, 'G@T /bug HTTP/1.1~Host: a~~'",
    "400, 'GET /bug HTTP/1.1~Host: a b~~'",
    "400, 'GET /bug HTTP/1.1~~'",
    "400, 'GET /%zz HTTP/1.1~Host: a~~'",
    "400, 'GET /../../x HTTP/1.1~Host: a~~'",
    "400, 'POST /length HTTP/1.1~Host: a~Content-Length: x~~'",
    "501, 'POST /length HTTP/1.1~Host: a~Transfer-Encoding: odd~~'",
    "505, 'GET /bug HTTP/7.1~Host: a~~'",
    "405, 'TRACE /bug HTTP/1.1~Host: a~Connection: close~~'",
    "400, 'POST /length HTTP/1.1~Host: a~Transfer-Encoding: chunked~~zz~~'",
  })
  void whatTheContainerRefusesIsAProblemToo(int status, String request) throws Exception {
    String answer = raw(request.replace("~", "\r\n"));
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status)
        .containsOnlyOnce("Content-Type: application/problem+json\r\n")
        .contains("\"status\":" + status, "\"type\":\"urn:braid:problem:")
        .containsIgnoringCase("X-Request-Id: ")
        .doesNotContain("<html", "apache");
  }

  @Test
  void aHeaderThatIsTooLongIsAProblem() throws Exception {
    assertThat(raw("GET /bug HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(70_000) + "\r\n\r\n"))
        .contains("HTTP/1.1 4", "application/problem+json");
  }

  @Test
  void refusalsOfTheContainerAreCounted() throws Exception {
    var counter = meters.counter("braid.rejections", "reason", "bad-request");
    double before = counter.count();
    raw("G@T / HTTP/1.1\r\n\r\n");
    assertThat(counter.count()).isEqualTo(before + 1);
  }
}
