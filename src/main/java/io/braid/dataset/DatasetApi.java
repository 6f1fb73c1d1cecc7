package io.braid.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** What the datasets' endpoints write. */
interface DatasetApi {
  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Datasets", description = "One page of datasets, by name")
  record Datasets(
      List<Body> items,
      @JsonInclude(JsonInclude.Include.ALWAYS)
          @Schema(description = "Give it as cursor to get the next page; null on the last one")
          @Nullable String nextCursor) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "Dataset", description = "Samples with any subset of their modalities")
  record Body(
      @Schema(example = "tiny") String name,
      @Schema(example = "3") int samples,
      @Schema(
              description = "Fraction of missing pairs of a sample and a modality",
              example = "0.17")
          double modalSparsity,
      List<ModalityBody> modalities,
      @Schema(description = "Names of the labels") List<String> labels,
      SplitsBody splits) {}

  @Schema(name = "DatasetModality")
  record ModalityBody(
      @Schema(example = "gene") String name,
      @Schema(example = "tabular") String type,
      @Schema(description = "Columns, or numbers of a step", example = "2") int columns,
      @Schema(description = "Samples that have it", example = "3") int present) {}

  @Schema(
      name = "DatasetSplits",
      description = "Samples of each part: given, else as a test fraction of 0.15 draws them")
  record SplitsBody(@Schema(example = "2") int train, @Schema(example = "1") int test) {}

  static Body body(DatasetDescription dataset) {
    var modalities = new ArrayList<ModalityBody>();
    var all = dataset.schema().modalities();
    for (int m = 0; m < all.size(); m++) {
      modalities.add(
          switch (all.get(m)) {
            case io.braid.modality.Modality.Tabular one ->
                new ModalityBody(
                    one.name(), "tabular", one.columns().size(), dataset.present().get(m));
            case io.braid.modality.Modality.Sequence one ->
                new ModalityBody(one.name(), "sequence", one.features(), dataset.present().get(m));
            case io.braid.modality.Modality.Tokens one ->
                new ModalityBody(one.name(), "tokens", one.vocabulary(), dataset.present().get(m));
            case io.braid.modality.Modality.SparseTabular one ->
                new ModalityBody(
                    one.name(), "sparse_tabular", one.vocabulary(), dataset.present().get(m));
            case io.braid.modality.Modality.Patches one ->
                new ModalityBody(one.name(), "patches", one.cells(), dataset.present().get(m));
          });
    }
    return new Body(
        dataset.name(),
        dataset.samples(),
        dataset.modalSparsity(),
        modalities,
        dataset.labels().stream().map(DatasetLabel::name).toList(),
        new SplitsBody(dataset.train(), dataset.test()));
  }
}
