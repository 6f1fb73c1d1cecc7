package io.braid.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The metrics of docs/metrics.md, which MetricsTest holds to what is exported. */
final class DocumentedMetrics {
  private static final Pattern ROW = Pattern.compile("^\\| `(braid_\\w+)`", Pattern.MULTILINE);

  private DocumentedMetrics() {}

  static List<String> names() {
    try {
      return ROW.matcher(Files.readString(Path.of("docs/metrics.md")))
          .results()
          .map(row -> row.group(1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
