package io.braid.security;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import java.util.Optional;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/**
 * Keys in the contract: an operation names its role where OpenAPI 3.1 has roles, in the list behind
 * the scheme. Beside it stands the empty requirement: a service without keys asks for none.
 */
@Component
class SecurityContract implements GlobalOperationCustomizer, GlobalOpenApiCustomizer {
  private static final String SCHEME = "key";

  @Override
  public Operation customize(Operation operation, HandlerMethod handler) {
    Optional<Role> role = RoleCheck.needed(handler);
    return role.isEmpty()
        ? operation
        : operation
            .addSecurityItem(new SecurityRequirement())
            .addSecurityItem(new SecurityRequirement().addList(SCHEME, role.get().toString()));
  }

  @Override
  public void customise(OpenAPI contract) {
    if (contract.getComponents() == null) {
      contract.setComponents(new Components());
    }
    contract
        .getComponents()
        .addSecuritySchemes(
            SCHEME,
            new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description(
                    "A key, where the service asks for keys. Beside the scheme an operation names"
                        + " the role that it needs, of %s; each may do what those before it may."
                            .formatted(Arrays.toString(Role.values()))));
  }
}
