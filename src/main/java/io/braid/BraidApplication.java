package io.braid;

import io.braid.encoder.Encoder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationListener;

/** The service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class BraidApplication {
  static void main(String[] args) {
    var application = new SpringApplication(BraidApplication.class);
    // libtorch takes a second or more, and so does Spring: side by side, once there is a log.
    application.addListeners(
        (ApplicationListener<ApplicationContextInitializedEvent>)
            _ -> Thread.ofPlatform().daemon().name("load-torch").start(Encoder::compileAhead));
    application.run(args);
  }
}
