package io.braid.server;

import io.braid.config.BraidProperties;
import io.braid.config.SettingException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class ServerConfiguration {
  /**
   * Lets Tomcat tell a client that has left.
   *
   * @throws SettingException where no keys are asked for, and not only this machine is listened to
   */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> clientAwareServer(
      @Value("${server.address}") InetAddress address,
      Environment environment,
      BraidProperties properties) {
    if (properties.keys() == null) {
      requireLoopback("server.address", address);
      if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT) {
        requireLoopback(
            "management.server.address",
            environment.getProperty("management.server.address", InetAddress.class));
      }
    }
    return factory -> factory.setProtocol(ClientAwareProtocol.class.getName());
  }

  /**
   * @param address null listens to every address
   */
  private static void requireLoopback(String setting, @Nullable InetAddress address) {
    if (address == null || !address.isLoopbackAddress()) {
      throw new SettingException(
          "%s=%s: without keys Braid serves the loopback address only"
              .formatted(setting, address == null ? "every address" : address.getHostAddress()),
          "Name a file of keys in braid.keys, which 'java -jar braid.jar key' writes, or make the"
              + " address 127.0.0.1.");
    }
  }
}
