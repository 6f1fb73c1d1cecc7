package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.ServiceProcess;
import io.braid.Slow;
import io.braid.api.Api.Answer;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A backup of a service on PostgreSQL, as {@code docs/replicas.md} says, on an empty machine. */
@Slow
@Timeout(300)
class BackupProcessTest {
  private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");

  private static final String SEARCH =
      "{\"query\": {\"modalities\": {\"protein\": {\"EGFR\": 0.4}}}, \"k\": 20, \"exact\": true}";
  private static final String EMBED =
      "{\"samples\": [{\"modalities\": {\"protein\": {\"EGFR\": 0.4}, \"mirna\": {\"3\": 2.0}}}]}";

  /** Files beside the database that the record names. */
  private static final List<String> NAMED = List.of("weights", "datasets", "jobs", "snapshots");

  /** The newest PostgreSQL of this machine that has a server and {@code pg_dump}. */
  private static Optional<Path> programs() throws IOException {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (var versions = Files.list(all)) {
      return versions
          .sorted(Comparator.comparingInt(BackupProcessTest::version).reversed())
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("pg_dump")))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .findFirst();
    }
  }

  private static int version(Path folder) {
    String name = folder.getFileName().toString();
    return name.matches("\\d{1,4}") ? Integer.parseInt(name) : 0;
  }

  /**
   * A database server, which does not run as root.
   *
   * @param folder of its own
   */
  private record Server(Path bin, Path folder, int port) {
    static Server start(Path bin) throws Exception {
      Path folder = Files.createTempDirectory("braid-postgres-");
      if (IS_ROOT) {
        run(List.of("chown", "nobody", folder.toString()));
      }
      int port;
      try (var socket = new ServerSocket(0)) {
        port = socket.getLocalPort();
      }
      var server = new Server(bin, folder, port);
      server.asNobody("initdb", "--username=postgres", "--pgdata=" + folder.resolve("data"));
      server.control("start");
      return server;
    }

    private void control(String what) throws Exception {
      asNobody(
          "pg_ctl",
          "--wait",
          "--pgdata=" + folder.resolve("data"),
          "--log=" + folder.resolve("log"),
          "--options=-p %d -k %s".formatted(port, folder),
          what);
    }

    private void asNobody(String program, String... arguments) throws Exception {
      var command = new ArrayList<String>();
      if (IS_ROOT) {
        command.addAll(List.of("setpriv", "--reuid=nobody", "--clear-groups"));
      }
      command.add(bin.resolve(program).toString());
      command.addAll(List.of(arguments));
      run(command);
    }

    /** Runs a client of the server. */
    void client(String program, String... arguments) throws Exception {
      var command = new ArrayList<String>();
      command.add(bin.resolve(program).toString());
      command.addAll(List.of("--host=127.0.0.1", "--port=" + port, "--username=postgres"));
      command.addAll(List.of(arguments));
      run(command);
    }

    void stop() throws Exception {
      control("stop");
      DurableFiles.delete(folder);
    }
  }

  private static void run(List<String> command) throws Exception {
    Path told = Files.createTempFile("told", "");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile()) // which every user may enter
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(told.toFile()))
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, Files.readString(told)).isZero();
    Files.delete(told);
  }

  private static ServiceProcess service(Path folder, Server database) throws Exception {
    return ServiceProcess.ofClasses(
        folder,
        List.of(
            "--spring.datasource.url=jdbc:postgresql://127.0.0.1:%d/braid"
                .formatted(database.port()),
            "--spring.datasource.username=postgres"));
  }

  /** What the service answers to the same questions. */
  private record Answers(JsonNode embeddings, JsonNode hits, JsonNode items, JsonNode models) {
    static Answers of(ServiceProcess service) {
      var api = new Api(service.port());
      return new Answers(
          body(api.post("/v1/models/demo/embed", EMBED)).path("embeddings"),
          body(api.post("/v1/collections/c/search", SEARCH)).path("results"),
          body(api.get("/v1/collections/c/items?limit=100")).path("items"),
          body(api.get("/v1/models")));
    }

    private static JsonNode body(Answer answer) {
      assertThat(answer.status()).as("%s", answer).isEqualTo(200);
      return answer.body();
    }
  }

  @Test
  void whatIsRestoredOnAnEmptyMachineGivesTheSameAnswers() throws Exception {
    Optional<Path> bin = programs();
    assumeTrue(bin.isPresent(), "no PostgreSQL with pg_dump here: apt-get install postgresql");
    Path before = ServiceProcess.newFolder();
    Path after = ServiceProcess.newFolder();
    Path dump = after.resolve("braid.dump").toAbsolutePath();

    Server first = Server.start(bin.get());
    Answers expected;
    try {
      first.client("createdb", "braid");
      ServiceProcess service = service(before, first);
      try {
        var api = new Api(service.port());
        assertThat(api.put("/v1/collections/c", "{\"model\": \"demo\"}").status()).isEqualTo(201);
        var items = new ArrayList<String>();
        for (int i = 0; i < 50; i++) {
          items.add(
              "{\"id\": \"i%d\", \"metadata\": {\"n\": %d}, \"modalities\": {\"protein\": {\"EGFR\": %s}}}"
                  .formatted(i, i, (i - 25) / 10.0));
        }
        Answer put =
            api.post("/v1/collections/c/items", "{\"items\": [" + String.join(",", items) + "]}");
        assertThat(put.status()).as("%s", put).isEqualTo(200);
        expected = Answers.of(service);
        first.client("pg_dump", "--format=custom", "--file=" + dump, "braid"); // while it runs
        for (String name : NAMED) {
          if (Files.exists(before.resolve(name))) {
            run(
                List.of(
                    "cp",
                    "-r",
                    before.resolve(name).toAbsolutePath().toString(),
                    after.toAbsolutePath().toString()));
          }
        }
      } finally {
        service.close();
      }
    } finally {
      first.stop();
    }

    Server second = Server.start(bin.get());
    try {
      second.client("createdb", "braid");
      second.client("pg_restore", "--dbname=braid", dump.toString());
      ServiceProcess service = service(after, second);
      try {
        ApiTest.await(() ->
            new Api(service.port())
                .get("/v1/collections/c")
                .body()
                .path("state")
                .asString()
                .equals("ready"));
        assertThat(Answers.of(service)).isEqualTo(expected);
      } finally {
        service.close();
      }
    } finally {
      second.stop();
    }
  }
}
