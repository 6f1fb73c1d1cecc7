package io.braid.servers;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * A PostgreSQL with the extension {@code vector} on this machine, as WebAssembly in a Node: its SQL
 * is that of the real one, but it has one connection and one process. It ends with this process.
 */
public final class PgvectorServer {
  private static final Path FILES = Path.of("target", "pgvector").toAbsolutePath();

  private final Path data;
  private final int port;
  private Process process;

  private PgvectorServer(Path data, int port) throws IOException {
    this.data = data;
    this.port = port;
    this.process = launch();
  }

  /** Started when it is first asked for. */
  private static final class Shared {
    static final Object SERVER = startIfPossible();

    private static Object startIfPossible() {
      try {
        return start();
      } catch (IOException e) {
        return e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException(e);
      }
    }
  }

  /** The server of all tests of this process; the test is skipped where there can be none. */
  public static PgvectorServer shared() {
    if (Shared.SERVER instanceof PgvectorServer server) {
      return server;
    }
    throw new TestAbortedException("no pgvector here: " + Shared.SERVER);
  }

  /** One with a database of its own. */
  public static PgvectorServer start() throws IOException, InterruptedException {
    install();
    try (ServerSocket socket = new ServerSocket(0)) {
      int port = socket.getLocalPort();
      socket.close();
      return new PgvectorServer(Files.createTempDirectory("pgvector-"), port);
    }
  }

  /** By npm, once. */
  private static void install() throws IOException, InterruptedException {
    if (Files.exists(FILES.resolve("ready"))) {
      return;
    }
    Files.createDirectories(FILES);
    for (String name : new String[] {"package.json", "server.mjs"}) {
      Files.write(
          FILES.resolve(name), Files.readAllBytes(Path.of("src", "test", "pgvector", name)));
    }
    Process npm =
        new ProcessBuilder("npm", "install", "--no-audit", "--no-fund")
            .directory(FILES.toFile())
            .redirectErrorStream(true)
            .redirectOutput(FILES.resolve("npm.log").toFile())
            .start();
    if (!npm.waitFor(3, TimeUnit.MINUTES) || npm.exitValue() != 0) {
      npm.destroyForcibly();
      throw new IOException("npm does not have it: see " + FILES.resolve("npm.log"));
    }
    Files.createFile(FILES.resolve("ready"));
  }

  private Process launch() throws IOException {
    Process started =
        new ProcessBuilder(
                "node", "server.mjs", data.resolve("db").toString(), Integer.toString(port))
            .directory(FILES.toFile())
            .redirectError(data.resolve("log.txt").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    String line = started.inputReader().readLine();
    if (!"ready".equals(line)) {
      started.destroyForcibly();
      throw new IOException("it does not start: see " + data.resolve("log.txt"));
    }
    return started;
  }

  /** Without prepared statements, which all connections would share. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?sslmode=disable&prepareThreshold=0";
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
