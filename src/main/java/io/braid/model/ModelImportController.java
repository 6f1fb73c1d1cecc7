package io.braid.model;

import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Checkpoints in. */
@RestController
@Tag(name = "Models", description = "Encoders under a name, in numbered, immutable versions")
class ModelImportController {
  private final ModelService models;
  private final ModelConfigReader configs;

  ModelImportController(ModelService models, ModelConfigReader configs) {
    this.models = models;
    this.configs = configs;
  }

  @Needs(Role.TRAIN)
  @PostMapping(path = "/v1/models/{model}/versions", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Operation(
      operationId = "importVersion",
      summary = "Import a version",
      description =
          """
          Adds a version from a config and a safetensors file with the parameter names of the \
          paper's published code. A new name makes a model, whose default this version is. \
          Everything that is wrong with either part is listed: each missing, extra or misshapen \
          parameter, and each buffer that differs from what Braid computes.

              curl -o config.yaml http://localhost:8080/v1/models/demo/versions/1/config
              curl -o model.safetensors http://localhost:8080/v1/models/demo/versions/1/weights
              curl -F config=@config.yaml -F weights=@model.safetensors \\
                http://localhost:8080/v1/models/mine/versions
          """,
      responses = {
        @ApiResponse(responseCode = "201", description = "Imported; Location is its address"),
        @ApiResponse(
            responseCode = "409",
            description = "The Idempotency-Key was used for another body"),
        @ApiResponse(responseCode = "413", description = "A part is over its limit"),
        @ApiResponse(responseCode = "422", description = "The parts are invalid or do not fit")
      })
  ResponseEntity<ModelApi.VersionBody> add(
      @Parameter(example = "mine") @PathVariable String model,
      @Parameter(description = "YAML or JSON, told by the file name") @RequestPart(required = false)
          @Nullable MultipartFile config,
      @Parameter(description = "safetensors, at most 16 GiB") @RequestPart(required = false)
          @Nullable MultipartFile weights,
      @Parameter(description = "The same key with the same parts adds one version only")
          @RequestHeader(name = "Idempotency-Key", required = false)
          @Nullable String idempotencyKey) {
    if (config == null || weights == null) {
      throw missing(config, weights);
    }
    ModelVersion version =
        models.add(
            model,
            () -> configs.read(fileName(config), bytes(config)),
            received(weights),
            Map.of(),
            Map.of("source", "import"),
            Optional.ofNullable(idempotencyKey));
    return ResponseEntity.created(ModelController.location(version))
        .body(ModelController.body(version, models));
  }

  private static BraidException missing(
      @Nullable MultipartFile config, @Nullable MultipartFile weights) {
    var faults = new ArrayList<Fault>();
    if (config == null) {
      faults.add(new Fault("config", "missing, expected a file part with YAML or JSON"));
    }
    if (weights == null) {
      faults.add(new Fault("weights", "missing, expected a file part with safetensors"));
    }
    return BraidException.invalid(faults);
  }

  private static String fileName(MultipartFile part) {
    String name = part.getOriginalFilename();
    return name == null ? "" : name;
  }

  private byte[] bytes(MultipartFile config) {
    try (InputStream in = config.getInputStream()) {
      // One byte over the limit is enough to be refused.
      return in.readNBytes(configs.maxBytes() + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The uploaded file under a name of our own: a rename, as both are on one disk. */
  private Path received(MultipartFile weights) {
    Path file = models.incoming();
    try {
      weights.transferTo(file.toFile());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
