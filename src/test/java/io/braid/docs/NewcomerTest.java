package io.braid.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Whoever follows the README has, in ten commands at most, a model of files of their own. */
class NewcomerTest {
  private static final int MOST = 10;

  /** Says of each command, on a line of the file, when the shell began it, in seconds. */
  private static final String COUNTED =
      "trap 'read -r typed <<< \"$BASH_COMMAND\"; echo \"$SECONDS $typed\" >> \"%s\"' DEBUG\n";

  private static final String UNCOUNTED = "trap - DEBUG";

  /** What takes minutes is left out: a clone with nothing in it to build, and no jar. */
  private static final String IN_PLACE =
      """
      git() { mkdir braid; printf '#!/bin/sh\\n' > braid/mvnw; chmod +x braid/mvnw; }
      """;

  /** The service as the README starts it, in the clone: it has the model that was trained there. */
  private static final String SERVED =
      """
      export SERVER_PORT=0 BRAID_DEMO_ITEMS=50
      bash -c 'exec %s' > ../served 2>&1 &
      trap "kill $!" EXIT
      until grep -q 'ready: ' ../served; do kill -0 $! || { cat ../served; exit 1; }; sleep 0.5; done
      api=$(sed -n 's/.*ready: \\(http:[^,]*\\),.*/\\1/p' ../served)
      curl() { command curl -sS --fail-with-body "${@/http:\\/\\/localhost:8080/$api}"; }
      curl http://localhost:8080/v1/models/mine
      %s
      """;

  private static String commands(String what) {
    List<String> blocks = Markdown.of("README.md").blocks("sh");
    return blocks.stream().filter(block -> block.contains(what)).findFirst().orElseThrow();
  }

  @Test
  void theReadmeLeadsToAModel(@TempDir Path folder) throws Exception {
    follow(IN_PLACE + Shell.classesForTheJar(""), "", folder);
  }

  /** {@code ./mvnw -Pnewcomer test}: as it is committed, and as it is packaged. */
  @Test
  @EnabledIfSystemProperty(named = "braid.newcomer", matches = "true")
  void theReadmeLeadsFromACloneToAModel(@TempDir Path folder) throws Exception {
    Shell.need("git");
    Shell.need("curl");
    String served = SERVED.formatted(commands("spring-boot:run").strip(), commands("/embed"));
    assertThat(follow("", served, folder)).contains("\"name\":\"mine\"", "\"fusion\":");
  }

  private static String follow(String before, String after, Path folder)
      throws IOException, InterruptedException {
    Shell.need("head");
    Path counted = folder.resolve("counted");
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    String told =
        Shell.run(
            before + COUNTED.formatted(counted) + commands("git clone") + UNCOUNTED + "\n" + after,
            folder,
            Map.of(
                "REPOSITORY",
                Path.of("").toAbsolutePath().toString(),
                "PATH",
                java + File.pathSeparator + System.getenv("PATH")),
            Duration.ofMinutes(20));
    List<String> begun =
        Files.readAllLines(counted).stream().filter(typed -> !typed.endsWith(UNCOUNTED)).toList();
    System.out.println("README.md, what a newcomer types, by the seconds since the first:");
    begun.forEach(command -> System.out.println("  " + command));
    assertThat(begun).hasSizeBetween(5, MOST);
    assertThat(told).contains("Model mine has version 1");
    List<String> embeddings = Files.readAllLines(folder.resolve("braid/embeddings.csv"));
    assertThat(embeddings.getFirst()).startsWith("id,present,0,1,");
    assertThat(embeddings)
        .as("samples with both files, and with either")
        .anyMatch(line -> line.matches("\\w+,gene\\+motion,.*"))
        .anyMatch(line -> line.matches("\\w+,gene,.*"))
        .anyMatch(line -> line.matches("\\w+,motion,.*"));
    return told;
  }
}
