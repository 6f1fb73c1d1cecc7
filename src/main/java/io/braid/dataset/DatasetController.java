package io.braid.dataset;

import io.braid.config.BraidProperties;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.Page;
import io.braid.problem.ProblemKind;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;

/** Datasets in and out. */
@RestController
@RequestMapping("/v1/datasets")
@Tag(name = "Datasets", description = "Samples to train on, with whatever modalities they have")
class DatasetController {
  private final DatasetService datasets;
  private final DataFolder folder;
  private final int maxSchema;

  DatasetController(DatasetService datasets, DataFolder folder, BraidProperties properties) {
    this.datasets = datasets;
    this.folder = folder;
    this.maxSchema = Math.toIntExact(properties.limits().config().toBytes());
  }

  @Needs(Role.WRITE)
  @PutMapping(path = "/{dataset}", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Operation(
      operationId = "putDataset",
      summary = "Upload a dataset",
      description =
          """
          A part `schema` (YAML or JSON), a file part for each modality, named after it, and a part \
          `labels` where the schema has labels. A file's ending tells its type: `.csv`, `.csv.gz`, \
          `.parquet`, `.npz`. The first column is the sample's id; a sample without a row lacks the \
          modality; an empty cell is missing. Replaces a dataset of that name.

              printf 'modalities:\\n- {name: gene, type: tabular}\\n' > schema.yaml
              printf 'id,EGFR,TP53\\na,0.1,0.2\\nb,0.3,\\nc,1.5,0.4\\n' > gene.csv
              curl -X PUT -F schema=@schema.yaml -F gene=@gene.csv \\
                http://localhost:8080/v1/datasets/tiny
          """,
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                      schema = @Schema(implementation = UploadDoc.class))),
      responses = {
        @ApiResponse(responseCode = "201", description = "New"),
        @ApiResponse(responseCode = "200", description = "In place of the one before"),
        @ApiResponse(responseCode = "409", description = "A job uses the one before"),
        @ApiResponse(responseCode = "413", description = "A part is over its limit"),
        @ApiResponse(
            responseCode = "422",
            description = "Faults of the parts, each with its line and column"),
        @ApiResponse(responseCode = "429", description = "Too many uploads are under way"),
        @ApiResponse(responseCode = "503", description = "The disk is full")
      })
  ResponseEntity<DatasetApi.Body> put(
      @Parameter(example = "tiny") @PathVariable String dataset,
      @Parameter(hidden = true) MultipartHttpServletRequest request) {
    return datasets.admit(() -> upload(dataset, request));
  }

  private ResponseEntity<DatasetApi.Body> upload(
      String dataset, MultipartHttpServletRequest request) {
    var received = new LinkedHashMap<String, DatasetImport.Part>();
    try {
      MultipartFile schema = request.getFile("schema");
      if (schema == null) {
        throw BraidException.invalid(
            List.of(new Fault("schema", "missing, expected a file part with YAML or JSON")));
      }
      for (Map.Entry<String, List<MultipartFile>> part : request.getMultiFileMap().entrySet()) {
        if (part.getValue().size() > 1) {
          throw BraidException.invalid(
              List.of(new Fault(part.getKey(), "two parts have this name")));
        }
        if (!part.getKey().equals("schema")) {
          received.put(part.getKey(), receive(part.getKey(), part.getValue().getFirst()));
        }
      }
      DatasetService.Put put = datasets.put(dataset, bytes(schema), fileName(schema), received);
      return (put.isNew()
              ? ResponseEntity.created(URI.create("/v1/datasets/" + dataset))
              : ResponseEntity.ok())
          .body(DatasetApi.body(put.dataset()));
    } finally {
      received.values().forEach(part -> DurableFiles.delete(part.file()));
    }
  }

  /** The parts of an upload, for the contract. */
  @Schema(name = "DatasetUpload")
  record UploadDoc(
      @Schema(type = "string", format = "binary", description = "YAML or JSON") String schema,
      @Schema(
              type = "string",
              format = "binary",
              description = "A file for each modality, under the modality's name")
          @Nullable String gene,
      @Schema(type = "string", format = "binary", description = "The labels, if there are any")
          @Nullable String labels) {}

  private byte[] bytes(MultipartFile schema) {
    try (InputStream in = schema.getInputStream()) {
      byte[] bytes = in.readNBytes(maxSchema + 1);
      if (bytes.length > maxSchema) {
        throw new BraidException(
            ProblemKind.TOO_LARGE, "schema: more than " + maxSchema + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String fileName(MultipartFile part) {
    String name = part.getOriginalFilename();
    return name == null ? "" : name;
  }

  /** The uploaded file under a name of our own: a rename, as both are on one disk. */
  private DatasetImport.Part receive(String name, MultipartFile part) {
    Path file = folder.incoming();
    try {
      part.transferTo(file.toFile());
      return new DatasetImport.Part(name, fileName(part), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @GetMapping
  @Operation(
      operationId = "listDatasets",
      summary = "List datasets",
      description = "By name. `next_cursor` of one page is `cursor` of the next.")
  DatasetApi.Datasets list(
      @Parameter(description = "Most datasets of a page, 1 to 1000", example = "50")
          @RequestParam(defaultValue = "50")
          int limit,
      @Parameter(description = "Where to go on; `next_cursor` of the page before")
          @RequestParam(defaultValue = "")
          String cursor) {
    Page<DatasetDescription> page = datasets.list(limit, cursor);
    return new DatasetApi.Datasets(
        page.items().stream().map(DatasetApi::body).toList(), page.nextCursor());
  }

  @GetMapping("/{dataset}")
  @Operation(
      operationId = "getDataset",
      summary = "One dataset",
      description = "Samples, presence of each modality, modal sparsity, labels and splits.")
  DatasetApi.Body dataset(@Parameter(example = "demo") @PathVariable String dataset) {
    return DatasetApi.body(datasets.find(dataset));
  }

  @Needs(Role.WRITE)
  @DeleteMapping("/{dataset}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "deleteDataset",
      summary = "Delete a dataset",
      description = "Versions that were trained on it stay.",
      responses = {
        @ApiResponse(responseCode = "204", description = "Deleted"),
        @ApiResponse(responseCode = "409", description = "A job uses it")
      })
  void delete(@Parameter(example = "tiny") @PathVariable String dataset) {
    datasets.delete(dataset);
  }
}
