package io.braid;

import io.braid.encoder.Encoder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class BraidApplication {
  static void main(String[] args) {
    // libtorch takes a second or more, and so does Spring: side by side.
    Thread.ofPlatform().daemon().name("load-torch").start(Encoder::compileAhead);
    SpringApplication.run(BraidApplication.class, args);
  }
}
