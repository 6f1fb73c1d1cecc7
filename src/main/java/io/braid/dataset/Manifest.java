package io.braid.dataset;

import java.util.List;
import java.util.Map;

/**
 * What {@code manifest.json} says of a dataset's files.
 *
 * @param modalities as in a model's config, completed from the files
 * @param widths numbers of a stored row, by modality
 * @param present samples that have each modality
 * @param hasSplit whether the labels file gave one
 */
record Manifest(
    int samples,
    List<Map<String, Object>> modalities,
    List<Integer> widths,
    List<Integer> present,
    List<DatasetLabel> labels,
    boolean hasSplit,
    List<ConstantColumn> constantColumns) {
  Manifest {
    modalities = List.copyOf(modalities);
    widths = List.copyOf(widths);
    present = List.copyOf(present);
    labels = List.copyOf(labels);
    constantColumns = List.copyOf(constantColumns);
  }
}
