package io.braid.model;

import io.braid.config.BraidProperties;
import io.braid.config.SettingException;
import io.braid.encoder.Precision;
import io.braid.store.DataFolder;
import jakarta.servlet.MultipartConfigElement;
import java.util.Arrays;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the models need of the service around them: the uploads, the precision. */
@Configuration(proxyBeanMethods = false)
class ModelConfiguration {
  /** Uploads go straight to the disk of the data folder, where a rename makes them its own. */
  @Bean
  MultipartConfigElement multipart(BraidProperties properties, DataFolder folder) {
    long weightsLimit = properties.limits().upload().toBytes();
    long requestLimit = weightsLimit + properties.limits().body().toBytes();
    return new MultipartConfigElement(
        folder.incomingFolder().toString(), weightsLimit, requestLimit, 0);
  }

  @Bean
  Precision defaultPrecision(BraidProperties properties) {
    return Arrays.stream(Precision.values())
        .filter(precision -> precision.toString().equals(properties.precision()))
        .findFirst()
        .orElseThrow(() ->
            new SettingException(
                "braid.precision=%s is none".formatted(properties.precision()),
                "Give one of %s.".formatted(Arrays.toString(Precision.values()))));
  }
}
