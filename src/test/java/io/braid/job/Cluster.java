package io.braid.job;

import io.braid.deployment.Chart;
import io.braid.kubernetes.ApiServerDouble;
import io.braid.kubernetes.NodeDouble;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A cluster of one machine, this one, and the template that the chart makes for it of an example.
 */
record Cluster(Path folder, ApiServerDouble api) implements AutoCloseable {
  static Cluster of(String example) throws IOException {
    Path folder =
        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "cluster-")
            .toAbsolutePath();
    Files.writeString(folder.resolve("job.yaml"), template(example));
    return new Cluster(folder, new ApiServerDouble(folder, Optional.empty()));
  }

  static String template(String example) {
    return Chart.render(Optional.of(Path.of("helm/examples", example)))
        .all(ConfigMap.class)
        .stream()
        .filter(map -> map.getData().containsKey("job.yaml"))
        .map(map -> map.getData().get("job.yaml"))
        .findFirst()
        .orElseThrow();
  }

  NodeDouble node() {
    return api.node();
  }

  Path data() {
    return folder.resolve("data");
  }

  String[] settings() {
    return new String[] {
      "--braid.data-dir=" + data(),
      "--braid.demo-items=0",
      "--braid.kubernetes.worker-template=" + folder.resolve("job.yaml"),
      "--braid.kubernetes.slots=8",
      "--braid.kubernetes.api-server=" + api.address(),
      "--braid.kubernetes.credentials=" + api.credentials(),
      "--braid.training.heartbeat=5s",
      "--braid.training.cancel-grace=3s"
    };
  }

  @Override
  public void close() {
    api.close();
  }
}
