package io.braid.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.BraidApplication;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

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
    boolean isOver = shell.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
    String text = new String(Files.readAllBytes(output), UTF_8);
    assertThat(isOver).as("the commands end: %s", text).isTrue();
    assertThat(shell.exitValue()).as("%s", text).isZero();
    return text;
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
        .formatted(
            before,
            Path.of(System.getProperty("java.home"), "bin", "java"),
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator)),
            BraidApplication.class.getName());
  }
}
