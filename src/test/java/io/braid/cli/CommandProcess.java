package io.braid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.Jar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of the jar's main class.
 *
 * @param output what it prints, to stdout and stderr
 */
record CommandProcess(Process process, Path output) implements AutoCloseable {
  static CommandProcess start(Path folder, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Jar.java());
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-cp", Jar.classPath()));
    command.add(Jar.MAIN);
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile(folder, "output", "");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      return new CommandProcess(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String told() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has told so. */
  void awaitTold(String text) {
    Instant end = Instant.now().plus(Duration.ofMinutes(2));
    while (!told().contains(text)) {
      assertThat(process.isAlive()).as("%s", told()).isTrue();
      assertThat(Instant.now()).as("%s", told()).isBefore(end);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s", told()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
