package io.braid.benchmark;

import io.braid.store.DurableFiles;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The packaged jar as a process of its own, on a free port.
 *
 * @param folder where it keeps its data and its {@code log}
 */
record PackagedServer(Process process, int port, Path folder) implements AutoCloseable {
  /**
   * Starts it with a data folder that is new, and waits until it is ready.
   *
   * @param options of the JVM
   */
  static PackagedServer start(String jar, String... options) throws Exception {
    return start(Files.createTempDirectory(Path.of("target"), "server-"), jar, options);
  }

  /** The same with a folder that an earlier one may have left. */
  static PackagedServer start(Path folder, String jar, String... options) throws Exception {
    return start(folder, jar, List.of(), options);
  }

  /**
   * The same with properties of the service.
   *
   * @param properties such as {@code --braid.training.cpu-slots=2}
   */
  static PackagedServer start(Path folder, String jar, List<String> properties, String... options)
      throws Exception {
    int port = freePort();
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-jar",
            jar,
            "--server.port=" + port,
            "--braid.data-dir=" + folder,
            "--braid.demo-items=0"));
    command.addAll(properties);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
            .redirectErrorStream(true)
            .start();
    var server = new PackagedServer(process, port, folder);
    try {
      server.awaitReady();
    } catch (Exception e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws Exception {
    while (process.isAlive()) {
      try (var client = new RawClient(port)) {
        if (client.get("/actuator/health/readiness").startsWith("HTTP/1.1 200")) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(100); // not listening yet
      }
    }
    throw new IllegalStateException(
        "the server ended with code " + process.exitValue() + ":\n" + log());
  }

  /** What it printed so far. */
  String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Resident memory, bytes. */
  long resident() {
    return ProcessMemory.resident(process.pid());
  }

  /** {@code kill -9}; its data stays. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Stops it and prints its exit code; its data stays. */
  void stop() throws InterruptedException {
    process.destroy();
    System.out.println(
        "ended with code "
            + (process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : "none after 30 s"));
  }

  /** Stops it, and deletes its data. */
  @Override
  public void close() throws IOException, InterruptedException {
    stop();
    DurableFiles.delete(folder);
  }
}
