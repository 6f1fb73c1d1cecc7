package io.braid.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.Jar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A reader's shell: a bash that stops at the first command that fails. */
final class Shell {
  private static final Path BASH = Path.of("/bin/bash");

  private Shell() {}

  /** Skips a test, with a word, where a program is missing. */
  static void need(String program) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(BASH), "there is no bash");
    assumeTrue(
        new ProcessBuilder(BASH.toString(), "-c", "command -v " + program).start().waitFor() == 0,
        "there is no " + program);
  }

  /**
   * Runs a script to its end, which must be a good one.
   *
   * @return what it printed
   */
  static String run(String script, Path folder, Map<String, String> environment, Duration most)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    var builder =
        new ProcessBuilder(BASH.toString(), "-euo", "pipefail", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process shell = builder.start();
    boolean isOver;
    try {
      isOver = shell.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      end(shell);
    }
    String text = new String(Files.readAllBytes(output), UTF_8);
    assertThat(isOver).as("the commands end: %s", text).isTrue();
    assertThat(shell.exitValue()).as("%s", text).isZero();
    return text;
  }

  /** Ends a shell that has not ended by itself, and then what it has started. */
  private static void end(Process shell) {
    List<ProcessHandle> started = shell.descendants().toList();
    shell.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * Has {@code java -jar FILE} run the classes.
   *
   * @param before what is done with the arguments behind that
   */
  static String classesForTheJar(String before) {
    return """
    java() {
      shift 2
      %s
      "%s" --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -cp '%s' %s "$@"
    }
    """
        .formatted(before, Jar.java(), Jar.classPath(), Jar.MAIN);
  }
}
