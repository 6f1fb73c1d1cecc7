package io.braid.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A client that sends all of a refused body before it reads still gets the answer. */
@SpringBootTest(
    classes = TinyServer.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = TinyServer.NO_HEALTH)
class RefusedUploadTest {
  private static final int MEBIBYTES = 70;

  @LocalServerPort private int port;

  @ParameterizedTest
  @CsvSource({"413, /length, application/json", "422, /unread, application/x-ndjson"})
  void theAnswerIsSeen(int status, String path, String type) throws Exception {
    byte[] mebibyte = new byte[1 << 20];
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                  + "Connection: close\r\n\r\n")
              .formatted(path, type, MEBIBYTES << 20)
              .getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < MEBIBYTES; i++) {
        out.write(mebibyte);
      }
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 " + status).contains("application/problem+json");
    }
  }
}
