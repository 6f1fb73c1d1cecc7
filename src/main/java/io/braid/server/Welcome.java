package io.braid.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says where to look first, once the service is ready. */
@Component
class Welcome {
  private static final Logger log = LoggerFactory.getLogger(Welcome.class);

  private final Environment environment;
  private final ServerProperties server;

  Welcome(Environment environment, ServerProperties server) {
    this.environment = environment;
    this.server = server;
  }

  @EventListener(ApplicationReadyEvent.class)
  void greet() {
    String port = environment.getProperty("local.server.port");
    if (port != null) {
      String url = url(Ssl.isEnabled(server.getSsl()), server.getAddress(), port);
      log.info("ready: {}, its API: {}/swagger-ui.html", url, url);
    }
  }

  /**
   * As it is reached from this machine.
   *
   * @param address null listens to every address
   */
  static String url(boolean isTls, @Nullable InetAddress address, String port) {
    return "%s://%s:%s".formatted(isTls ? "https" : "http", host(address), port);
  }

  private static String host(@Nullable InetAddress address) {
    if (address == null
        || address.isAnyLocalAddress()
        || address.getHostAddress().equals("127.0.0.1")) {
      return "localhost";
    }
    String host = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + host + "]" : host;
  }
}
