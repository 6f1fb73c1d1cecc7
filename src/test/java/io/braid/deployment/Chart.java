package io.braid.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import io.braid.kubernetes.Manifest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the chart renders, as the types of Kubernetes; a field that a type does not have fails. */
public record Chart(List<HasMetadata> manifests) {
  static final Path FOLDER = Path.of("helm/braid");

  /**
   * @param values {@code key=value}, as after {@code --set}
   */
  public static Chart render(Optional<Path> example, String... values) {
    var template =
        new Helm(FOLDER)
            .template()
            .withName("trial")
            .withNamespace("models")
            .withKubeVersion("1.33.0");
    example.ifPresent(template::withValuesFile);
    Arrays.stream(values)
        .map(value -> value.split("=", 2))
        .forEach(value -> template.set(value[0], value[1]));
    return new Chart(Yaml.documents(template.call()).stream().map(Manifest::typed).toList());
  }

  /**
   * The chart in a folder of its own, with the values of an example as its defaults: lint takes no
   * others.
   */
  static Path copy(Path folder, Optional<Path> example) {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(FOLDER.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      if (example.isPresent()) {
        Path values = folder.resolve("values.yaml");
        Files.writeString(values, Yaml.merged(values, example.get()));
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public <T> List<T> all(Class<T> type) {
    return manifests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public <T> T only(Class<T> type) {
    assertThat(all(type)).as(type.getSimpleName()).hasSize(1);
    return all(type).getFirst();
  }
}
