package io.braid.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.config.BraidProperties;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/** What the pages say of the sources. */
class PagesTest {
  static List<String> pages() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      return Stream.concat(
              Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md"),
              docs.map(Path::toString).filter(file -> file.endsWith(".md")))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsToAFile(String page) {
    assertThat(Markdown.of(page).links()).allSatisfy(file -> assertThat(file).exists());
  }

  /** Commands stand in blocks of {@code sh}, which CommandsTest runs. */
  @Test
  void noCommandHidesInAnotherBlock() throws IOException {
    assertThat(pages())
        .filteredOn(page -> !page.equals("docs/keys.md")) // whose commands start services
        .allSatisfy(page ->
            assertThat(Markdown.of(page).blocks("")).noneMatch(block -> block.contains("curl ")));
  }

  /** Settings are written with their 0; what was measured is not. */
  private static final Pattern MEASURED =
      Pattern.compile("(?<![\\d.])-?(?:[1-9]\\d*)?\\.\\d{2,}(?: ± \\d*\\.\\d+)?");

  @ParameterizedTest
  @ValueSource(strings = {"docs/results.md", "docs/choose.md", "docs/tune.md"})
  void whatIsToldOfResultsWasMeasured(String page) {
    String numbers =
        (Markdown.of("docs/results/numbers.md").text() + Markdown.of("docs/log.md").text())
            .replaceAll("(?<!\\d)0\\.", ".");
    List<String> told =
        MEASURED.matcher(Markdown.of(page).text()).results().map(MatchResult::group).toList();
    assertThat(told)
        .hasSizeGreaterThan(10)
        .allSatisfy(number ->
            assertThat(
                    Pattern.compile("(?<![-\\d.])" + Pattern.quote(number) + "(?!\\d)")
                        .matcher(numbers)
                        .find())
                .as(number)
                .isTrue());
  }

  @Test
  void theReadmeListsEverySettingWithItsDefault() {
    var listed = new TreeMap<String, String>();
    for (List<String> row : Markdown.of("README.md").rows("braid.")) {
      listed.put(row.get(0), row.get(1));
      assertThat(row).as("key, default, unit, meaning").hasSize(4).doesNotContain("");
    }
    assertThat(listed).isEqualTo(settings("braid", BraidProperties.class));
  }

  /** Default of each setting, by its key. */
  private static Map<String, String> settings(String prefix, Class<?> properties) {
    var settings = new TreeMap<String, String>();
    for (RecordComponent component : properties.getRecordComponents()) {
      String key =
          prefix
              + "."
              + ConfigurationPropertyName.adapt(dashed(component.getName()), '.').toString();
      if (component.getType().isRecord()) {
        settings.putAll(settings(key, component.getType()));
      } else {
        settings.put(key, String.join(",", defaultOf(properties, component)));
      }
    }
    return settings;
  }

  private static String dashed(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT);
  }

  /** A component's annotation for parameters stands at the constructor's. */
  private static String[] defaultOf(Class<?> properties, RecordComponent component) {
    for (var parameter : properties.getDeclaredConstructors()[0].getParameters()) {
      DefaultValue value = parameter.getAnnotation(DefaultValue.class);
      if (parameter.getName().equals(component.getName()) && value != null) {
        return value.value();
      }
    }
    assertThat(component.getAnnotatedType().isAnnotationPresent(Nullable.class))
        .as("%s has a default, or may be left out", component)
        .isTrue();
    return new String[] {"none"};
  }

  @Test
  void theReadmeListsEveryPackage() throws IOException {
    List<String> listed =
        Markdown.of("README.md").rows("io.braid").stream().map(List::getFirst).sorted().toList();
    try (Stream<Path> folders = Files.list(Path.of("src/main/java/io/braid"))) {
      assertThat(listed)
          .isEqualTo(
              folders
                  .filter(Files::isDirectory)
                  .map(folder -> "io.braid." + folder.getFileName())
                  .sorted()
                  .toList());
    }
  }
}
