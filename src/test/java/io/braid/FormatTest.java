package io.braid;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every source file is as google-java-format writes it. {@code ./mvnw test -Dtest=FormatTest
 * -Dbraid.format=true} rewrites those that are not.
 */
class FormatTest {
  @Test
  void everySourceFileIsFormatted() throws IOException, FormatterException {
    boolean rewrite = Boolean.getBoolean("braid.format");
    var formatter = new Formatter();
    var unformatted = new ArrayList<String>();
    for (Path file : sources()) {
      String text = Files.readString(file);
      String formatted = formatter.formatSourceAndFixImports(text);
      if (!formatted.equals(text)) {
        unformatted.add(file.toString());
        if (rewrite) {
          Files.writeString(file, formatted);
        }
      }
    }
    assertThat(rewrite ? List.<String>of() : unformatted).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
