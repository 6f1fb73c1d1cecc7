package io.braid.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.Slow;
import io.braid.api.ApiTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The commands of the pages, run in the shell as they stand, but for the port. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandsTest extends ApiTest {
  private static final Pattern NUMBERS =
      Pattern.compile("\"fusion\": ?\\[([-\\d.E]+), ?([-\\d.E]+), ?([-\\d.E]+)");

  @LocalServerPort private int port;

  /** Pages whose commands other tests run, or none can: they start services or benchmarks. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "docs/command-line.md", // below
          "docs/clients.md", // ClientsTest
          "docs/docker.md", // docker/prove.sh, where a container can be had
          "docs/keys.md", // KeysTest, and TlsTest
          "docs/results.md", // hours
          "docs/speed.md");

  /** The README, and whatever page tells a command. */
  static List<String> pages() throws IOException {
    return PagesTest.pages().stream()
        .filter(page -> !ELSEWHERE.contains(page) && !page.matches("C[A-Z]+\\.md"))
        .filter(page -> Markdown.of(page).text().contains("curl "))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCurlCommandSucceeds(String page, @TempDir Path folder) throws Exception {
    String commands =
        Markdown.of(page).blocks("sh").stream()
            .filter(block -> block.contains("curl "))
            .collect(Collectors.joining("\n"));
    assertThat(commands).contains("curl ");
    run(commands, folder);
  }

  /**
   * With this service, where a command would start one, and the classes in place of the jar. Before
   * the pages, whose sweeps would have it wait.
   */
  @Slow
  @Test
  @Order(1)
  void everyCommandOfTheCommandLineSucceeds(@TempDir Path folder) throws Exception {
    String commands = String.join("\n", Markdown.of("docs/command-line.md").blocks("sh"));
    assertThat(commands).contains("java -jar braid.jar train ");
    String here = "--server=http://localhost:8080";
    String java =
        Shell.classesForTheJar(
            "case \"$*\" in *--server*|synthesize*|key*) ;; *) set -- \"$@\" %s;; esac"
                .formatted(here));
    run(java + commands, folder);
    assertThat(folder.resolve("embeddings.csv")).isNotEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/first-embedding.md"})
  void thePageShowsARealAnswer(String page, @TempDir Path folder) throws Exception {
    Markdown markdown = Markdown.of(page);
    String command =
        markdown.blocks("sh").stream().filter(b -> b.contains("/embed")).findFirst().orElseThrow();
    assertThat(numbers(markdown.blocks("json").getFirst()))
        .as("what %s shows, rounded", page)
        .isEqualTo(numbers(run(command, folder)));
  }

  /** The first numbers of the fusion, to three places. */
  private static List<String> numbers(String json) {
    Matcher matcher = NUMBERS.matcher(json);
    assertThat(matcher.find()).as(json).isTrue();
    return List.of(1, 2, 3).stream()
        .map(i -> "%.3f".formatted(Double.valueOf(matcher.group(i))))
        .toList();
  }

  private String run(String commands, Path folder) throws IOException, InterruptedException {
    Shell.need("curl");
    String script =
        "curl() { command curl -sS --fail-with-body \"$@\"; }\n"
            + commands.replace("localhost:8080", "127.0.0.1:" + port);
    return Shell.run(script, folder, Map.of(), Duration.ofMinutes(5));
  }
}
