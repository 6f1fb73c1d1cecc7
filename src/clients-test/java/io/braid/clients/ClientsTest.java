package io.braid.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.api.ApiTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What is generated from the contract talks to the service. */
class ClientsTest extends ApiTest {
  private static final Path TYPESCRIPT = Path.of("clients/typescript");

  @LocalServerPort private int port;

  private record Ended(int status, String output) {}

  private static Ended run(Path folder, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(List.of(command)).directory(folder.toFile());
    builder.environment().putAll(environment);
    try {
      Process process = builder.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output);
    } catch (IOException e) {
      return new Ended(127, e.toString()); // there is no such program
    }
  }

  private static void succeed(Ended ended) {
    assertThat(ended.status()).as(ended.output()).isZero();
  }

  private String server() {
    return "http://127.0.0.1:" + port;
  }

  @Test
  void thePythonClientWorks() throws Exception {
    Map<String, String> path =
        Map.of("PYTHONPATH", Path.of("target/clients/python").toAbsolutePath().toString());
    Ended libraries =
        run(Path.of("."), path, "python3", "-c", "import pydantic, urllib3, dateutil");
    assumeTrue(
        libraries.status() == 0,
        "the Python client is generated, and not run: python3 lacks " + libraries.output());
    succeed(run(Path.of("."), path, "python3", "clients/python/patients.py", server()));
  }

  @Test
  void theTypeScriptClientIsRightlyTypedAndWorks() throws Exception {
    assumeTrue(
        run(TYPESCRIPT, Map.of(), "npm", "--version").status() == 0,
        "the TypeScript client is not generated: there is no npm");
    succeed(run(TYPESCRIPT, Map.of(), "npm", "ci", "--no-fund", "--no-audit"));
    succeed(run(TYPESCRIPT, Map.of(), "npm", "run", "build"));
    succeed(run(TYPESCRIPT, Map.of(), "node", "built/patients.js", server()));
  }
}
