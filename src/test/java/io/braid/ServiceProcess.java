package io.braid;

import io.braid.store.DurableFiles;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The service as a process of its own, on a free port.
 *
 * @param folder where it keeps its data and its {@code log}
 */
public record ServiceProcess(Process process, int port, Path folder) implements AutoCloseable {
  /**
   * Starts the packaged jar with a data folder that is new, and waits until it is ready.
   *
   * @param options of the JVM
   */
  public static ServiceProcess start(String jar, String... options) throws Exception {
    return start(newFolder(), jar, options);
  }

  /** The same with a folder that an earlier one may have left. */
  public static ServiceProcess start(Path folder, String jar, String... options) throws Exception {
    return start(folder, jar, List.of(), options);
  }

  /**
   * The same with properties of the service.
   *
   * @param properties such as {@code --braid.training.cpu-slots=2}
   */
  public static ServiceProcess start(
      Path folder, String jar, List<String> properties, String... options) throws Exception {
    return start(folder, List.of(options), List.of("-jar", jar), properties);
  }

  /** The same from the classes that are tested, without a jar. */
  public static ServiceProcess ofClasses(Path folder, List<String> properties) throws Exception {
    return start(
        folder,
        List.of("--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector"),
        List.of("-cp", Jar.classPath(), Jar.MAIN),
        properties);
  }

  /** An empty folder in the build's. */
  public static Path newFolder() throws IOException {
    return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "server-");
  }

  private static ServiceProcess start(
      Path folder, List<String> options, List<String> program, List<String> properties)
      throws Exception {
    int port = freePort();
    var command = new ArrayList<String>();
    command.add(Jar.java());
    command.addAll(options);
    command.addAll(program);
    command.add("--server.port=" + port);
    command.add("--braid.data-dir=" + folder);
    command.add("--braid.demo-items=0");
    command.addAll(properties);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
            .redirectErrorStream(true)
            .start();
    var server = new ServiceProcess(process, port, folder);
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
      if (status("/actuator/health/readiness") == 200) {
        return;
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException(
        "the server ended with code " + process.exitValue() + ":\n" + log());
  }

  /** What a GET is answered with; 0 where nobody answers. */
  public int status(String path) {
    try {
      var url = URI.create("http://127.0.0.1:" + port + path).toURL();
      return ((HttpURLConnection) url.openConnection()).getResponseCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** What it printed so far. */
  public String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** {@code kill -9}; its data stays. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /**
   * Tells it to stop; its data stays.
   *
   * @return its exit code
   */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      kill();
      throw new IllegalStateException("it did not stop within 60 s");
    }
    return process.exitValue();
  }

  /** Stops it, and deletes its data. */
  @Override
  public void close() throws IOException, InterruptedException {
    stop();
    DurableFiles.delete(folder);
  }
}
