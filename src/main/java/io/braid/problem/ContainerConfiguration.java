package io.braid.problem;

import io.braid.config.BraidProperties;
import org.apache.catalina.Host;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What Tomcat does with requests before Spring sees them. */
@Configuration(proxyBeanMethods = false)
class ContainerConfiguration {
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsOfTheContainer(
      BraidProperties properties, ObjectProvider<Problems> problems) {
    int swallowed = (int) Math.min(properties.limits().upload().toBytes(), Integer.MAX_VALUE);
    return factory -> {
      factory.addConnectorCustomizers(connector -> {
        // Ids may have slashes; what is encoded is one step of a path.
        connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        // A client that is still sending reads no answer: take in the rest of a refused body.
        if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
          http.setMaxSwallowSize(swallowed);
        }
      });
      factory.addEngineValves(new ProblemValve(problems));
      factory.addContextCustomizers(context -> {
        Host host = (Host) context.getParent();
        host.getPipeline().addValve(new ProblemValve(problems));
        if (host instanceof StandardHost standard) {
          standard.setErrorReportValveClass(ProblemValve.class.getName()); // so that none is added
        }
      });
    };
  }
}
