package io.braid.evaluation;

import io.braid.dataset.DatasetService;
import io.braid.dataset.Presence;
import io.braid.dataset.StoredDataset;
import io.braid.embedding.Traffic;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Which subsets of modalities samples have: those of datasets, and those that clients send. */
@RestController
@Tag(name = "Evaluations")
class PresenceController {
  private final DatasetService datasets;
  private final ModelService models;
  private final Traffic traffic;

  PresenceController(DatasetService datasets, ModelService models, Traffic traffic) {
    this.datasets = datasets;
    this.models = models;
    this.traffic = traffic;
  }

  @Schema(name = "DatasetPresence")
  record DatasetBody(
      @Schema(example = "demo") String dataset,
      @Schema(
              description =
                  "Samples by the modalities that they have, the most common first, 1000 at most",
              example = "{\"gene+protein\": 120}")
          Map<String, Long> subsets) {}

  @GetMapping("/v1/datasets/{dataset}/presence")
  @Operation(
      operationId = "getDatasetPresence",
      summary = "Which modalities samples have",
      description = "How many samples of a dataset have each subset of modalities.")
  DatasetBody ofDataset(@Parameter(example = "demo") @PathVariable String dataset) {
    try (StoredDataset stored =
        datasets
            .open(datasets.find(dataset).contentSha256())
            .orElseThrow(() ->
                new BraidException(
                    ProblemKind.NOT_FOUND,
                    "dataset '%s' was replaced or deleted just now".formatted(dataset)))) {
      return new DatasetBody(dataset, Presence.of(stored).bySubset());
    }
  }

  @Schema(name = "TrafficPresence")
  record TrafficBody(
      @Schema(example = "demo") String model,
      @Schema(example = "1") int version,
      @Schema(
              description =
                  "Samples that clients sent since the start, by the modalities that they had; 64"
                      + " subsets, and `other`")
          Map<String, Long> traffic,
      @Schema(description = "Samples that the version was trained on; empty of an imported one")
          Map<String, Long> training,
      @Schema(description = "What is common in traffic and was never trained on")
          List<String> warnings) {}

  @GetMapping("/v1/models/{model}/presence")
  @Operation(
      operationId = "getTrafficPresence",
      summary = "Which modalities clients send",
      description =
          "The subsets of modalities of the samples that were embedded for clients, beside those"
              + " that the version was trained on, with a warning for each that is common here and"
              + " was never seen there.")
  TrafficBody ofTraffic(
      @Parameter(example = "demo") @PathVariable String model,
      @Parameter(description = "The default unless given") @RequestParam(required = false)
          Optional<Integer> version) {
    ModelVersion found = models.resolve(model, version);
    var trained = new TrainedSubsets(found.lineage());
    Map<String, Long> sent = traffic.of(found);
    return new TrafficBody(
        found.model(), found.version(), sent, trained.bySubset(), trained.warnings(sent));
  }
}
