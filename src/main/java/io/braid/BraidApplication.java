package io.braid;

import io.braid.dataset.SyntheticDataset;
import io.braid.encoder.Encoder;
import java.util.List;
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
    if (args.length > 0 && args[0].equals("synthesize")) {
      System.exit(SyntheticDataset.run(List.of(args).subList(1, args.length)));
    }
    useCarriers();
    var application = new SpringApplication(BraidApplication.class);
    // libtorch takes a second or more, and so does Spring: side by side, once there is a log.
    application.addListeners(
        (ApplicationListener<ApplicationContextInitializedEvent>)
            _ -> Thread.ofPlatform().daemon().name("load-torch").start(Encoder::compileAhead));
    application.run(args);
  }

  /**
   * A virtual thread holds its carrier while it is in native code, as in the database's, or
   * computes, as a search does; with a carrier a core, two of either would hold up all other
   * requests.
   */
  private static void useCarriers() {
    String key = "jdk.virtualThreadScheduler.parallelism";
    if (System.getProperty(key) == null) {
      int carriers = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());
      System.setProperty(key, Integer.toString(Math.min(carriers, 256)));
    }
  }
}
