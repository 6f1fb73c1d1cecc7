package io.braid.api;

import io.braid.dataset.DatasetUse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.test.context.TestComponent;

/** Someone who uses the datasets that a test says are used. */
@TestComponent
class UsedDatasets implements DatasetUse {
  static final Set<String> NAMES = ConcurrentHashMap.newKeySet();

  @Override
  public boolean isUsed(String dataset) {
    return NAMES.contains(dataset);
  }
}
