package io.braid.store;

import io.braid.config.BraidProperties;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Properties as the service has them, in a folder. */
public final class TestProperties {
  private TestProperties() {}

  public static BraidProperties in(Path folder) {
    var source = new MapConfigurationPropertySource(Map.of("braid.data-dir", folder.toString()));
    return new Binder(source).bindOrCreate("braid", BraidProperties.class);
  }
}
