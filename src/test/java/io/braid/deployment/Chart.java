package io.braid.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the chart renders, as the types of Kubernetes; a field that a type does not have fails. */
record Chart(List<HasMetadata> manifests) {
  static final Path FOLDER = Path.of("helm/braid");

  /** Types by API version and kind. */
  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Map.ofEntries(
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class),
          Map.entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("networking.k8s.io/v1 Ingress", Ingress.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class),
          Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class));

  /** The types keep what they do not know apart; here it is a fault. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  /**
   * @param values {@code key=value}, as after {@code --set}
   */
  static Chart render(Optional<Path> example, String... values) {
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
    return new Chart(Yaml.documents(template.call()).stream().map(Chart::typed).toList());
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

  static HasMetadata typed(JsonNode manifest) {
    String kind = manifest.path("apiVersion").asString() + " " + manifest.path("kind").asString();
    assertThat(TYPES).containsKey(kind);
    try {
      return STRICT.readValue(manifest.toString(), TYPES.get(kind));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(kind + ": " + e.getOriginalMessage(), e);
    }
  }

  <T> List<T> all(Class<T> type) {
    return manifests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T> T only(Class<T> type) {
    assertThat(all(type)).as(type.getSimpleName()).hasSize(1);
    return all(type).getFirst();
  }
}
