package io.braid.index;

import io.braid.Slow;
import io.braid.config.BraidProperties;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** The index in the OpenSearch that its makers ship, with graphs walked from the first item on. */
@Slow
@Testcontainers(disabledWithoutDocker = true)
class OpenSearchContainerTest extends VectorIndexContract {
  private static final int PORT = 9200;

  @Container
  private static final GenericContainer<?> NODE =
      new GenericContainer<>("opensearchproject/opensearch:3.5.0")
          .withEnv("discovery.type", "single-node")
          .withEnv("DISABLE_SECURITY_PLUGIN", "true")
          .withEnv("DISABLE_INSTALL_DEMO_CONFIG", "true")
          .withExposedPorts(PORT)
          .waitingFor(Wait.forHttp("/_cluster/health?wait_for_status=yellow").forPort(PORT));

  private static final AtomicInteger TESTS = new AtomicInteger();

  private final OpenSearchStore store =
      new OpenSearchStore(
          new BraidProperties.Opensearch(
              List.of(URI.create("http://" + NODE.getHost() + ":" + NODE.getMappedPort(PORT))),
              null,
              null,
              null,
              null,
              "kit-",
              2,
              0,
              Duration.ofSeconds(20)),
          "0123456789ab",
          false,
          0);

  private final IndexId id = new IndexId(TESTS.incrementAndGet(), 1, 1);

  @Override
  VectorIndex emptyIndex() {
    return store.open(id);
  }

  /** Each is a round trip, or several. */
  @Override
  int rounds() {
    return 30;
  }

  @AfterEach
  void delete() {
    try (store) {
      store.delete(id);
    }
  }
}
