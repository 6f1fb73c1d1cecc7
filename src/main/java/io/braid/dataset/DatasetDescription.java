package io.braid.dataset;

import io.braid.modality.ModalitySchema;
import java.time.Instant;
import java.util.List;

/**
 * What is known of a dataset without opening its files.
 *
 * @param contentSha256 of its files, in hex
 * @param modalSparsity fraction of missing pairs of a sample and a modality, in [0, 1)
 * @param present samples that have each modality, in schema order
 * @param train samples of the training split: the given one, else of the default fraction
 * @param test samples of the test split
 * @param constantColumns columns of tables that say the same of every sample
 */
public record DatasetDescription(
    String name,
    String contentSha256,
    int samples,
    double modalSparsity,
    ModalitySchema schema,
    List<Integer> present,
    List<DatasetLabel> labels,
    int train,
    int test,
    List<ConstantColumn> constantColumns,
    Instant createdAt) {
  public DatasetDescription {
    present = List.copyOf(present);
    labels = List.copyOf(labels);
    constantColumns = List.copyOf(constantColumns);
  }
}
