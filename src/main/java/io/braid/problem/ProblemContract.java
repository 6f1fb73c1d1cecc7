package io.braid.problem;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.List;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.stereotype.Component;

/**
 * Failures in the contract: each operation has those that its path and body can bring about, beside
 * those that it names itself, and every one of them is a {@link Problem}.
 */
@Component
class ProblemContract implements GlobalOpenApiCustomizer {
  private static final String SCHEMA = "Problem";
  private static final List<ProblemKind> OF_A_BODY =
      List.of(
          ProblemKind.UNREADABLE,
          ProblemKind.TOO_LARGE,
          ProblemKind.UNSUPPORTED_MEDIA_TYPE,
          ProblemKind.INVALID);

  @Override
  public void customise(OpenAPI contract) {
    Components components = contract.getComponents();
    ModelConverters.getInstance(true).readAll(Problem.class).forEach(components::addSchemas);
    contract
        .getPaths()
        .forEach((path, item) ->
            item.readOperations().forEach(operation -> addProblems(path, operation)));
  }

  private static void addProblems(String path, Operation operation) {
    ApiResponses responses = operation.getResponses();
    boolean makesTheName = responses.containsKey("201");
    if (path.contains("{") && !makesTheName) {
      add(responses, ProblemKind.NOT_FOUND);
    }
    if (operation.getRequestBody() != null) {
      OF_A_BODY.forEach(kind -> add(responses, kind));
    }
    responses.putIfAbsent("default", new ApiResponse().description("Any other failure"));
    responses.forEach((status, response) -> {
      if (!status.startsWith("2")) {
        response.setContent(content());
      }
    });
  }

  private static void add(ApiResponses responses, ProblemKind kind) {
    responses.putIfAbsent(
        Integer.toString(kind.status().value()), new ApiResponse().description(kind.title()));
  }

  private static Content content() {
    return new Content()
        .addMediaType(
            org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE,
            new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + SCHEMA)));
  }
}
