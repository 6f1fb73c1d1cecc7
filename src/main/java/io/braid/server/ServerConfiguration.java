package io.braid.server;

import io.braid.config.SettingException;
import java.net.InetAddress;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ServerConfiguration {
  /** Braid has no keys to ask for, so it listens to this machine alone. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> localClients(
      @Value("${server.address}") InetAddress address) {
    if (!address.isLoopbackAddress()) {
      throw new SettingException(
          "server.address=%s: without keys Braid serves the loopback address only"
              .formatted(address.getHostAddress()),
          "Leave it at 127.0.0.1, and put a proxy that asks for credentials before it.");
    }
    return factory -> factory.setProtocol(ClientAwareProtocol.class.getName());
  }
}
