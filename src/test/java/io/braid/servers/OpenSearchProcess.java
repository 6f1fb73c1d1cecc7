package io.braid.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A process of OpenSearch on this machine, without security. */
public final class OpenSearchProcess {
  private static final Duration START = Duration.ofMinutes(4);

  private final Path home;
  private final Path folder;
  private final int number;
  private final int httpPort;
  private final List<Integer> transportPorts;
  private Process process;

  /**
   * @param folder its own, for configuration and data
   * @param transportPorts of all nodes of the cluster
   */
  OpenSearchProcess(Path home, Path folder, int number, int httpPort, List<Integer> transportPorts)
      throws IOException {
    this.home = home;
    this.folder = folder;
    this.number = number;
    this.httpPort = httpPort;
    this.transportPorts = transportPorts;
    this.process = launch();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  private Process launch() throws IOException {
    Path config = Files.createDirectories(folder.resolve("config"));
    List<String> seeds = transportPorts.stream().map(port -> "\"127.0.0.1:" + port + "\"").toList();
    String together =
        transportPorts.size() == 1
            ? "discovery.type: single-node"
            : """
            discovery.seed_hosts: %s
            cluster.initial_cluster_manager_nodes: %s
            cluster.fault_detection.leader_check.interval: 1s\
            """
                .formatted(
                    seeds,
                    IntStream.range(0, transportPorts.size()).mapToObj(i -> "node" + i).toList());
    Files.writeString(
        config.resolve("opensearch.yml"),
        """
        cluster.name: braid-test
        node.name: node%d
        network.host: 127.0.0.1
        http.port: %d
        transport.port: %d
        path.data: %s
        path.logs: %s
        cluster.routing.allocation.disk.threshold_enabled: false
        %s
        """
            .formatted(
                number,
                httpPort,
                transportPorts.get(number),
                folder.resolve("data"),
                folder.resolve("logs"),
                together));
    Files.writeString(
        config.resolve("log4j2.properties"),
        """
        status = error
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
        rootLogger.level = warn
        rootLogger.appenderRef.console.ref = console
        """);
    boolean isRoot = System.getProperty("user.name").equals("root");
    var command = new ArrayList<String>();
    if (isRoot) { // which OpenSearch refuses to be
      open(folder);
      command.addAll(
          List.of(
              "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms400m",
            "-Xmx400m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=4",
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector",
            "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
            "-Dopensearch.path.home=" + home,
            "-Dopensearch.path.conf=" + config,
            "-Dopensearch.distribution.type=tar",
            "-cp",
            home.resolve("lib") + "/*",
            "org.opensearch.bootstrap.OpenSearch"));
    if (isRoot) {
      open(folder);
    }
    Process started =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    return started;
  }

  private static void open(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (Path one : all.toList()) {
        Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rwxrwxrwx"));
      }
    }
  }

  /** Waits until a cluster of so many nodes has every copy of every shard that it can have. */
  void awaitCluster(int nodes) throws IOException, InterruptedException {
    awaitHealth("wait_for_no_initializing_shards=true&wait_for_nodes=" + nodes);
  }

  /** Waits until what is asked of the cluster's health is so. */
  void awaitHealth(String condition) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    HttpRequest question =
        HttpRequest.newBuilder(URI.create(url() + "/_cluster/health?timeout=5s&" + condition))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (System.nanoTime() < deadline && process.isAlive()) {
        try {
          if (client.send(question, BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // not yet
        }
        Thread.sleep(100);
      }
    }
    throw new IOException("OpenSearch does not start: see " + folder.resolve("log.txt"));
  }

  /** As {@code kill -9} does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again after it was killed, with what it has on its disk. */
  public void startAgain() throws IOException {
    process = launch();
  }
}
