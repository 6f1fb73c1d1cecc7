package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The console's files; what they do in a browser is in {@code src/browser-test}. */
class ConsoleTest extends ApiTest {
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"#]+)\"");
  private static final Pattern IMPORT =
      Pattern.compile("(?:from |import\\(|import |importScripts\\(|new URL\\()'([^']+)'");
  private static final Pattern MAP =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);
  private static final Pattern ELSEWHERE =
      Pattern.compile("(?:https?:)?//(?!www\\.w3\\.org)[a-z0-9-]+\\.[a-z]");

  @Test
  void theFrontDoorIsAPage() {
    Answer page = api().get("/", "Accept", "text/html");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.type()).startsWith("text/html");
    assertThat(page.text()).contains("<title>Braid</title>");
  }

  @Test
  void everyFileThatThePagesNameIsThere() {
    Map<String, Answer> files = files();
    assertThat(files).hasSizeGreaterThan(20);
    files.forEach((path, answer) -> {
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.bytes()).as(path).isNotEmpty();
      if (path.endsWith(".js")) {
        assertThat(answer.type()).as(path).startsWith("text/javascript");
      }
    });
  }

  @Test
  void noFileIsAskedOfAnotherHost() {
    files()
        .forEach((path, answer) -> {
          if (own(path)) {
            assertThat(answer.text()).as(path).doesNotContainPattern(ELSEWHERE);
          }
        });
  }

  @Test
  void librariesAreKeptAndPagesAreAskedForAgain() {
    files()
        .forEach((path, answer) ->
            assertThat(answer.header("Cache-Control"))
                .as(path)
                .contains(own(path) ? "no-cache" : "immutable"));
    String changed = api().get("/console/main.js").header("Last-Modified");
    assertThat(api().get("/console/main.js", "If-Modified-Since", changed).status()).isEqualTo(304);
  }

  @Test
  void theImportMapHasTheHashThatThePolicyAllows() throws NoSuchAlgorithmException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(importMap().getBytes(UTF_8));
    assertThat(page()).contains("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
  }

  private String page() {
    return api().get("/", "Accept", "text/html").text();
  }

  private String importMap() {
    return MAP.matcher(page()).results().map(match -> match.group(1)).findFirst().orElseThrow();
  }

  private static boolean own(String path) {
    return !path.startsWith("/webjars/") && !path.startsWith("/_static/");
  }

  /** By path, all that the page links to, its modules and workers import, and those in turn. */
  private Map<String, Answer> files() {
    JsonNode names = Api.JSON_MAPPER.readTree(importMap()).path("imports");
    var files = new LinkedHashMap<String, Answer>();
    var left = new ArrayDeque<URI>(List.of(URI.create("/")));
    while (!left.isEmpty()) {
      URI at = left.remove();
      if (files.containsKey(at.getPath())) {
        continue;
      }
      Answer answer = api().get(at.getPath(), "Accept", "*/*");
      files.put(at.getPath(), answer);
      if (own(at.getPath())) {
        Pattern pattern = at.getPath().endsWith("/") ? LINK : IMPORT;
        Stream<String> named =
            pattern.matcher(answer.text()).results().map((MatchResult match) -> match.group(1));
        named
            .map(name -> at.resolve(names.path(name).asString(name)))
            .filter(uri -> !uri.getPath().equals("/swagger-ui.html"))
            .forEach(left::add);
      }
    }
    return files;
  }
}
