package io.braid.job;

import io.braid.dataset.DatasetService;
import io.braid.dataset.StoredDataset;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Parameters;
import io.braid.training.TrainingSpec;
import java.io.UncheckedIOException;
import org.springframework.util.unit.DataSize;

/** Whether the memory is there that a run takes. */
sealed interface Fit {
  /** Of the free memory, what a worker is let take: it has a heap and libtorch besides. */
  double USABLE = 0.9;

  /** Of a worker's heap, what the first weights may take on their way to the device. */
  double OF_HEAP = 0.6;

  /**
   * @param microBatch samples that have a graph at once
   * @param bytes that the run will take with it
   */
  record Now(int microBatch, long bytes) implements Fit {}

  /**
   * Others have the memory, and will give it back.
   *
   * @param why with what it needs and what is free
   */
  record Later(String why) implements Fit {}

  /**
   * @param why in plain words
   */
  record Never(String why) implements Fit {}

  /**
   * @param heap of a worker
   * @param slot of those that the job would get, for messages
   * @param memory of the slot that has least
   */
  static Fit of(
      Job job,
      Jobs jobs,
      DatasetService datasets,
      DataSize heap,
      String slot,
      Slots.Memory memory) {
    TrainingSpec spec = job.spec();
    EncoderConfig config;
    int samples;
    try (StoredDataset dataset = StoredDataset.open(datasets.folder(job.content()))) {
      config = spec.network().encoder(spec.architecture(), dataset.schema());
      samples = dataset.size();
    } catch (UncheckedIOException | IllegalArgumentException e) {
      return new Never("the dataset's files cannot be read: " + e.getMessage());
    }
    MemoryEstimate estimate = MemoryEstimate.of(spec, config, samples);
    int wanted = spec.microBatchSize() > 0 ? spec.microBatchSize() : spec.batchSize();
    int least = spec.microBatchSize() > 0 ? wanted : 1;
    int fits =
        memory.bytes().isPresent()
            ? estimate.samplesIn((long) (memory.bytes().getAsLong() * USABLE), wanted)
            : wanted;
    if (fits >= least) {
      long weights = Parameters.of(config).count() * Float.BYTES;
      if (weights > heap.toBytes() * OF_HEAP) {
        return new Never(
            ("its weights are %,d bytes, too many for the heap of a worker; raise"
                    + " braid.training.heap (%,d bytes) or lower embedding_dim or layers")
                .formatted(weights, heap.toBytes()));
      }
      // Sums are formed in the same order before and after a crash where the batch is cut alike.
      int before =
          jobs.folder(job.id())
              .lastOrder()
              .map(order -> order.spec().microBatchSize())
              .orElse(fits);
      int chosen = Math.min(before, fits);
      return new Now(chosen, estimate.bytes(chosen));
    }
    String needs =
        "it needs %,d bytes with %d samples at once, and %,d are free on %s"
            .formatted(estimate.bytes(least), least, memory.bytes().orElseThrow(), slot);
    boolean isAlone = jobs.running().stream().allMatch(other -> other.id().equals(job.id()));
    return isAlone || !memory.isShared()
        ? new Never(
            "it does not fit the memory: "
                + needs
                + ". Lower embedding_dim, layers, batch_size or micro_batch_size, or bring shorter"
                + " samples")
        : new Later(needs);
  }
}
