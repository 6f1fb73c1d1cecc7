package io.braid.model;

import io.braid.problem.Page;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Models and versions, but for their import: see {@link ModelImportController}. */
@RestController
@RequestMapping("/v1/models")
@Tag(name = "Models", description = "Encoders under a name, in numbered, immutable versions")
class ModelController {
  private final ModelService models;

  ModelController(ModelService models) {
    this.models = models;
  }

  @GetMapping
  @Operation(
      operationId = "listModels",
      summary = "List models",
      description = "By name, without configs. `next_cursor` of one page is `cursor` of the next.")
  ModelApi.Models list(
      @Parameter(description = "Most models of a page, 1 to 1000", example = "50")
          @RequestParam(defaultValue = "50")
          int limit,
      @Parameter(description = "Where to go on; `next_cursor` of the page before")
          @RequestParam(defaultValue = "")
          String cursor) {
    Page<Model> page = Page.of(limit, cursor, models::list, Model::name);
    return new ModelApi.Models(
        page.items().stream()
            .map(model ->
                new ModelApi.Listed(
                    model.name(),
                    model.defaultVersion(),
                    model.createdAt(),
                    models.versions(model.name()).stream()
                        .map(ModelApi.ListedVersion::of)
                        .toList()))
            .toList(),
        page.nextCursor());
  }

  @GetMapping("/{model}")
  @Operation(
      operationId = "getModel",
      summary = "One model",
      description = "With its default and all of its versions.")
  ModelApi.ModelBody model(@Parameter(example = "demo") @PathVariable String model) {
    return body(models.find(model));
  }

  @GetMapping("/{model}/versions/{version}")
  @Operation(
      operationId = "getVersion",
      summary = "One version",
      description = "Config, parameter count, metrics, lineage, and the devices it is loaded on.")
  ModelApi.VersionBody version(
      @Parameter(example = "demo") @PathVariable String model,
      @Parameter(example = "1") @PathVariable String version) {
    return body(resolve(model, version));
  }

  @GetMapping(
      path = "/{model}/versions/{version}/weights",
      produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
  @Operation(
      operationId = "downloadWeights",
      summary = "Download weights",
      description = "The safetensors file as it was imported.")
  ResponseEntity<Resource> weights(
      @Parameter(example = "demo") @PathVariable String model,
      @Parameter(example = "1") @PathVariable String version) {
    ModelVersion resolved = resolve(model, version);
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .eTag(resolved.weightsSha256())
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment()
                .filename(model + "-" + resolved.version() + ".safetensors")
                .build()
                .toString())
        .body(new FileSystemResource(models.weights(resolved)));
  }

  @GetMapping(
      path = "/{model}/versions/{version}/config",
      produces = {
        MediaType.APPLICATION_YAML_VALUE,
        MediaType.APPLICATION_JSON_VALUE,
        MediaType.APPLICATION_CBOR_VALUE
      })
  @Operation(
      operationId = "downloadConfig",
      summary = "Download the config",
      description =
          "As YAML or, with `Accept: application/json`, as JSON; every default is spelt out. "
              + "It can be imported again.")
  Map<String, Object> config(
      @Parameter(example = "demo") @PathVariable String model,
      @Parameter(example = "1") @PathVariable String version) {
    return resolve(model, version).config().toMap();
  }

  @Needs(Role.ADMIN)
  @PutMapping("/{model}/default")
  @Operation(
      operationId = "setDefaultVersion",
      summary = "Switch the default",
      description = "Requests in flight finish on the version that was the default before.")
  ModelApi.ModelBody setDefault(
      @Parameter(example = "demo") @PathVariable String model,
      @RequestBody ModelApi.DefaultBody body) {
    return body(models.makeDefault(model, body.version()));
  }

  @GetMapping("/{model}/schema")
  @Operation(
      operationId = "getSampleSchema",
      summary = "JSON Schema of a sample",
      description =
          "What a sample for this model looks like (JSON Schema 2020-12), with an example for each "
              + "subset of its modalities; for more than eight, each alone and all together.")
  Map<String, Object> schema(
      @Parameter(example = "demo") @PathVariable String model,
      @Parameter(description = "The default version unless given", example = "1")
          @RequestParam(required = false)
          @Nullable Integer version) {
    ModelVersion resolved = models.resolve(model, Optional.ofNullable(version));
    return SampleSchema.of(resolved);
  }

  @Needs(Role.ADMIN)
  @DeleteMapping("/{model}/versions/{version}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "deleteVersion",
      summary = "Delete a version",
      description =
          "The default goes last, and its model with it. The example deletes what the example of"
              + " the import made.",
      responses = {
        @ApiResponse(responseCode = "204", description = "Deleted"),
        @ApiResponse(responseCode = "409", description = "It is the default, and there are others")
      })
  void delete(
      @Parameter(example = "mine") @PathVariable String model,
      @Parameter(example = "1") @PathVariable String version) {
    models.delete(model, resolve(model, version).version());
  }

  /** Where a version is found. */
  static URI location(ModelVersion version) {
    return URI.create("/v1/models/" + version.model() + "/versions/" + version.version());
  }

  static ModelApi.VersionBody body(ModelVersion version, ModelService models) {
    String precision = models.precision(version).toString();
    return new ModelApi.VersionBody(
        version.version(),
        version.config().toMap(),
        version.parameters(),
        version.metrics(),
        version.lineage(),
        models.devices(version).stream()
            .map(device -> new ModelApi.ResidentBody(device.name(), precision))
            .toList(),
        version.createdAt());
  }

  private ModelApi.VersionBody body(ModelVersion version) {
    return body(version, models);
  }

  private ModelApi.ModelBody body(Model model) {
    return new ModelApi.ModelBody(
        model.name(),
        model.defaultVersion(),
        model.createdAt(),
        models.versions(model.name()).stream().map(this::body).toList());
  }

  /** A version by the text in a path; what is no number names no version. */
  private ModelVersion resolve(String model, String version) {
    if (!version.matches("[1-9]\\d{0,8}")) {
      models.find(model);
      throw ModelService.unknown(model, version);
    }
    return models.resolve(model, Optional.of(Integer.valueOf(version)));
  }
}
