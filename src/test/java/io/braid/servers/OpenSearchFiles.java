package io.braid.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What OpenSearch with k-NN runs from, in {@code target/opensearch}: Maven copies the jars once, by
 * the poms of {@code src/test/opensearch}, and here they are laid out as a server wants them.
 */
final class OpenSearchFiles {
  private static final Path JARS = Path.of("target", "opensearch").toAbsolutePath();

  /** Modules and plugins, by folder: what describes them where no file of theirs does. */
  private static final String DESCRIPTOR =
      """
      name=%s
      description=%s
      version=3.5.0
      opensearch.version=3.5.0
      java.version=21
      classname=%s
      """;

  private OpenSearchFiles() {}

  /** The home of a server, made where it is missing; got by Maven. */
  static Path home() throws IOException, InterruptedException {
    Path home = JARS.resolve("home");
    if (!Files.exists(home.resolve("ready"))) {
      copyJars();
      lay(JARS.resolve("lib"), home.resolve("lib"), Set.of());
      Set<String> known = names(JARS.resolve("lib"));
      module(home, known, "transport-netty4", "org.opensearch.transport.Netty4ModulePlugin");
      module(home, known, "lang-painless", "org.opensearch.painless.PainlessModulePlugin");
      Path plugin = home.resolve("plugins/opensearch-knn");
      lay(JARS.resolve("opensearch-knn"), plugin, known);
      Path descriptor = plugin.resolve("plugin-descriptor.properties");
      String text = Files.readString(JARS.resolve("opensearch-knn/plugin-descriptor.properties"));
      Files.writeString(descriptor, text.replace("lang-painless,transport-grpc", "lang-painless"));
      Files.createDirectories(home.resolve("bin")); // which it would make
      Files.createFile(home.resolve("ready"));
    }
    return home;
  }

  private static void copyJars() throws IOException, InterruptedException {
    Files.createDirectories(JARS);
    Path log = JARS.resolve("maven.log");
    Process maven =
        new ProcessBuilder(
                "./mvnw",
                "-B",
                "-ntp",
                "-q",
                "-f",
                "src/test/opensearch/pom.xml",
                "-Dhome=" + JARS,
                "process-resources")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!maven.waitFor(5, TimeUnit.MINUTES)) {
      maven.destroyForcibly();
      throw new IOException("Maven takes more than five minutes");
    }
    if (maven.exitValue() != 0) {
      throw new IOException("Maven does not have it: see " + log);
    }
  }

  private static void module(Path home, Set<String> known, String name, String plugin)
      throws IOException {
    Path folder = home.resolve("modules").resolve(name);
    lay(JARS.resolve(name), folder, known);
    Files.writeString(
        folder.resolve("plugin-descriptor.properties"), DESCRIPTOR.formatted(name, name, plugin));
  }

  /** Copies files but for those of a name that the server has itself, which it would refuse. */
  private static void lay(Path from, Path to, Set<String> known) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(file.getFileName());
        if (!known.contains(file.getFileName().toString()) && !Files.exists(copy)) {
          Files.copy(file, copy);
        }
      }
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      List<Path> all = files.toList();
      return all.stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
