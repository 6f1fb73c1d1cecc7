package io.braid.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says where to look first, once the service is ready. */
@Component
class Welcome {
  private static final Logger log = LoggerFactory.getLogger(Welcome.class);

  private final Environment environment;

  Welcome(Environment environment) {
    this.environment = environment;
  }

  @EventListener(ApplicationReadyEvent.class)
  void greet() {
    String port = environment.getProperty("local.server.port");
    if (port != null) {
      log.info(
          "ready: http://localhost:{}, its API: http://localhost:{}/swagger-ui.html", port, port);
    }
  }
}
