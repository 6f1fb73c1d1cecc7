package io.braid;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class BraidApplication {
  static void main(String[] args) {
    SpringApplication.run(BraidApplication.class, args);
  }
}
