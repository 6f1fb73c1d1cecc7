package io.braid.server;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the contract at {@code /v3/api-docs} says of the service as a whole. */
@Configuration(proxyBeanMethods = false)
class ContractConfiguration {
  private static final String DESCRIPTION =
      """
      Braid turns samples that have any subset of their modalities into embeddings in one space. \
      A modality that is absent costs nothing and gets no vector.

      Every example runs as it stands: the model `demo` and a dataset `demo` are there from the first \
      start. Both are of made-up patients, and say nothing about real ones.

      JSON and CBOR are read and written alike (`Content-Type` and `Accept`). Failures are \
      `application/problem+json` (RFC 9457), with a JSON Pointer to each fault of a body.
      """;

  @Bean
  OpenAPI contract(ObjectProvider<BuildProperties> build) {
    return new OpenAPI()
        .info(
            new Info()
                .title("Braid")
                .description(DESCRIPTION)
                .version(build.stream().map(BuildProperties::getVersion).findFirst().orElse("dev"))
                .license(new License().name("Apache License 2.0").identifier("Apache-2.0")))
        .servers(List.of(new Server().url("/").description("This service")));
  }

  /** Schemas with the names of the wire; they are read by another Jackson than writes it. */
  @Bean
  ModelResolver snakeCaseSchemas(ObjectMapperProvider mappers) {
    return new ModelResolver(
            mappers
                .jsonMapper()
                .copy()
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE))
        .openapi31(true);
  }

  /** What is always there is required, so that generated clients need not ask whether it is. */
  @Bean
  RequiredProperties requiredProperties() {
    return new RequiredProperties();
  }

  /** The same text at each start: reflection promises no order of methods. */
  @Bean
  GlobalOpenApiCustomizer sortedContract() {
    return contract -> {
      var paths = new Paths();
      paths.putAll(new TreeMap<>(contract.getPaths()));
      contract.setPaths(paths);
      var components = contract.getComponents();
      components.setSchemas(new TreeMap<>(components.getSchemas()));
      contract.setTags(
          contract.getTags().stream().sorted(Comparator.comparing(Tag::getName)).toList());
    };
  }
}
