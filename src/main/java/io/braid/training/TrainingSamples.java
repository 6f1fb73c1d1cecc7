package io.braid.training;

import io.braid.dataset.ModalSparsity;
import io.braid.dataset.Split;
import io.braid.dataset.StoredDataset;
import io.braid.encoder.TrainingSample;
import io.braid.modality.IntVector;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The samples of a run: who is trained on and who is tested on, what modal sparsity left of each,
 * and what a step sees of them. Samples that lost everything are left out.
 */
final class TrainingSamples {
  private final StoredDataset dataset;
  private final TrainingSpec spec;
  private final Draws draws;
  private final long[] kept;
  private final IntVector train;
  private final IntVector test;
  private final ModalitySchema schema;

  TrainingSamples(StoredDataset dataset, TrainingSpec spec) {
    this.dataset = dataset;
    this.schema = dataset.schema();
    this.spec = spec;
    this.draws = new Draws(spec.seed());
    this.kept = ModalSparsity.draw(dataset, spec.modalSparsity(), spec.seed());
    Split split = Split.of(dataset, spec.testFraction(), spec.seed());
    this.train = present(split.train());
    this.test = present(split.test());
    if (train.size() < 2 || test.size() < 1) {
      throw new UnfitException(
          ("%d samples are left to train on and %d to test on; lower modal_sparsity (%s), change"
                  + " test_fraction (%s) or bring more samples")
              .formatted(train.size(), test.size(), spec.modalSparsity(), spec.testFraction()));
    }
  }

  private TrainingSamples(TrainingSamples those, ModalitySchema schema) {
    this.dataset = those.dataset;
    this.spec = those.spec;
    this.draws = those.draws;
    this.kept = those.kept;
    this.train = those.train;
    this.test = those.test;
    this.schema = schema;
  }

  /**
   * The same samples, read as an encoder's requests are: what fills a missing cell of a sequence is
   * the mean where it is standardised.
   */
  TrainingSamples readAs(ModalitySchema encoder) {
    return new TrainingSamples(this, encoder);
  }

  private IntVector present(IntVector samples) {
    return IntVector.of(samples.stream().filter(sample -> kept[sample] != 0).toArray());
  }

  IntVector train() {
    return train;
  }

  IntVector test() {
    return test;
  }

  /** Which modalities each sample of the dataset keeps, as bits. */
  long[] kept() {
    return kept.clone();
  }

  int stepsPerEpoch() {
    return spec.stepsPerEpoch(train.size());
  }

  /** Samples of the training split in the order of an epoch. */
  int[] order(int epoch) {
    int[] order = train.stream().toArray();
    RandomGenerator random = draws.of(Draws.Purpose.ORDER, epoch);
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int held = order[i];
      order[i] = order[other];
      order[other] = held;
    }
    return order;
  }

  /** The batch of a step. */
  List<TrainingSample> batch(int[] order, int stepInEpoch, long step) {
    RandomGenerator random = draws.of(Draws.Purpose.STEP, step);
    int from = stepInEpoch * spec.batchSize();
    int to = Math.min(order.length, from + spec.batchSize());
    var batch = new ArrayList<TrainingSample>();
    for (int i = from; i < to; i++) {
      sample(order[i], dropped(kept[order[i]], random), random).ifPresent(batch::add);
    }
    return batch;
  }

  /** Consecutive samples of the test split, whole but for what modal sparsity took. */
  List<TrainingSample> testBatch(int from, int to) {
    RandomGenerator random = draws.of(Draws.Purpose.TEST, from);
    var batch = new ArrayList<TrainingSample>();
    for (int i = from; i < to; i++) {
      sample(test.get(i), kept[test.get(i)], random).ifPresent(batch::add);
    }
    return batch;
  }

  /** Leaves modalities out with probability {@code modality_dropout}, but never all of them. */
  private long dropped(long present, RandomGenerator random) {
    if (spec.modalityDropout() == 0) {
      return present;
    }
    while (true) {
      long left = present;
      for (int m = 0; m < dataset.schema().size(); m++) {
        if (random.nextDouble() < spec.modalityDropout()) {
          left &= ~(1L << m);
        }
      }
      if (left != 0) {
        return left;
      }
    }
  }

  private Optional<TrainingSample> sample(int sample, long allowed, RandomGenerator random) {
    Optional<Sample> found = dataset.sample(sample, allowed, schema);
    var views = new ArrayList<Set<String>>();
    List<String> present = found.map(s -> List.copyOf(s.modalities().keySet())).orElse(List.of());
    for (int v = 0; v < spec.subsetViews(); v++) {
      views.add(view(present, random));
    }
    return found.map(s -> new TrainingSample(s, views));
  }

  /** One of the proper, non-empty subsets, all equally likely; empty where there is none. */
  private static Set<String> view(List<String> present, RandomGenerator random) {
    long subsets = (1L << present.size()) - 2;
    var view = new TreeSet<String>();
    if (subsets > 0) {
      long chosen = 1 + random.nextLong(subsets);
      for (int m = 0; m < present.size(); m++) {
        if ((chosen >> m & 1) == 1) {
          view.add(present.get(m));
        }
      }
    }
    return view;
  }
}
