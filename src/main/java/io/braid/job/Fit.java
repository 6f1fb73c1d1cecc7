package io.braid.job;

import io.braid.dataset.DatasetService;
import io.braid.dataset.StoredDataset;
import io.braid.encoder.EncoderConfig;
import io.braid.training.TrainingSpec;
import java.io.UncheckedIOException;

/** Whether the memory is there that a run takes. */
sealed interface Fit {
  /** Of the free memory, what a worker is let take: it has a heap and libtorch besides. */
  double USABLE = 0.9;

  /**
   * @param microBatch samples that have a graph at once
   * @param bytes that the run will take with it
   */
  record Now(int microBatch, long bytes) implements Fit {}

  /** Others have the memory, and will give it back. */
  record Later() implements Fit {}

  /**
   * @param why in plain words
   */
  record Never(String why) implements Fit {}

  /**
   * @param slot of those that the job would get, for messages
   * @param free bytes of the slot that has least
   */
  static Fit of(Job job, Jobs jobs, DatasetService datasets, String slot, long free) {
    TrainingSpec spec = job.spec();
    EncoderConfig config;
    try (StoredDataset dataset = StoredDataset.open(datasets.folder(job.content()))) {
      config = spec.network().encoder(spec.architecture(), dataset.schema());
    } catch (UncheckedIOException | IllegalArgumentException e) {
      return new Never("the dataset's files cannot be read: " + e.getMessage());
    }
    MemoryEstimate estimate = MemoryEstimate.of(spec, config);
    int wanted = spec.microBatchSize() > 0 ? spec.microBatchSize() : spec.batchSize();
    int least = spec.microBatchSize() > 0 ? wanted : 1;
    int fits = estimate.samplesIn((long) (free * USABLE), wanted);
    if (fits >= least) {
      // Sums are formed in the same order before and after a crash where the batch is cut alike.
      int before =
          jobs.folder(job.id())
              .lastOrder()
              .map(order -> order.spec().microBatchSize())
              .orElse(fits);
      int chosen = Math.min(before, fits);
      return new Now(chosen, estimate.bytes(chosen));
    }
    boolean isAlone = jobs.running().stream().allMatch(other -> other.id().equals(job.id()));
    return isAlone
        ? new Never(
            ("it does not fit the memory of %s: it needs %,d bytes with %d samples at once, and"
                    + " %,d are free. Lower embedding_dim, layers or micro_batch_size, or bring"
                    + " shorter samples")
                .formatted(slot, estimate.bytes(least), least, free))
        : new Later();
  }
}
