package io.braid.dataset;

import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Makes the dataset {@code demo} where there is none, before the first request is taken, so that
 * every example can be run as it is.
 */
@Component
class DemoDataset implements SmartInitializingSingleton {
  private static final String NAME = "demo";
  private static final int SAMPLES = 400;

  private final DatasetService datasets;
  private final DataFolder data;

  DemoDataset(DatasetService datasets, DataFolder data) {
    this.datasets = datasets;
    this.data = data;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (datasets.lookUp(NAME).isPresent()) {
      return;
    }
    Path folder = data.incoming();
    try {
      new SyntheticDataset(1).write(folder, SAMPLES, 0.2);
      var parts = new LinkedHashMap<String, DatasetImport.Part>();
      for (String part : List.of("gene", "protein", "mirna", "activity", "labels")) {
        String file = part + ".csv";
        parts.put(part, new DatasetImport.Part(part, file, folder.resolve(file)));
      }
      byte[] schema = Files.readAllBytes(folder.resolve("schema.yaml"));
      datasets.put(NAME, schema, "schema.yaml", parts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      DurableFiles.delete(folder);
    }
  }
}
