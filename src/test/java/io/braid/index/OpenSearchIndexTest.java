package io.braid.index;

import io.braid.config.BraidProperties;
import io.braid.servers.OpenSearchCluster;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/**
 * The index in an OpenSearch that runs on this machine, told to walk its graphs also where looking
 * at everything costs less.
 */
class OpenSearchIndexTest extends VectorIndexContract {
  private static final AtomicInteger TESTS = new AtomicInteger();

  private final OpenSearchStore store =
      new OpenSearchStore(settings(OpenSearchCluster.shared().urls()), false, 0);
  private final IndexId id = new IndexId(TESTS.incrementAndGet(), 1, 1);

  private static BraidProperties.Opensearch settings(List<URI> urls) {
    return new BraidProperties.Opensearch(
        urls, null, null, null, null, "kit-", 2, urls.size() > 1 ? 1 : 0, Duration.ofSeconds(20));
  }

  @Override
  VectorIndex emptyIndex() {
    return store.open(id);
  }

  @AfterEach
  void delete() {
    store.delete(id);
    store.close();
  }
}
