package io.braid.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.ApiTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class RoleCheckTest extends ApiTest {
  @Autowired
  @Qualifier("requestMappingHandlerMapping")
  private RequestMappingHandlerMapping operations;

  /** Those that the contract does not show, too. */
  @Test
  void everyOperationHasARule() {
    assertThat(operations.getHandlerMethods()).hasSizeGreaterThan(50);
    operations
        .getHandlerMethods()
        .forEach((mapping, operation) -> {
          if (mapping.getPatternValues().stream().anyMatch(path -> path.startsWith("/v1"))) {
            assertThat(RoleCheck.needed(operation)).as("%s", operation).isPresent();
          }
        });
  }
}
