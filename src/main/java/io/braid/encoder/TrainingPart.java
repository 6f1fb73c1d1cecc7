package io.braid.encoder;

import io.braid.modality.Sample;
import io.braid.torch.Device;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Samples that one device embeds at once while it learns.
 *
 * @param packing what the network reads; its {@code slot} tells where each embedding is
 * @param slots which embeddings the samples have
 */
record TrainingPart(Packing packing, Slots slots) implements AutoCloseable {
  static TrainingPart pack(
      EncoderConfig config,
      Contrasts contrasts,
      boolean publishedNegatives,
      List<TrainingSample> samples,
      Device device) {
    Tensors scope = Tensors.open(device);
    try {
      return switch (config.architecture()) {
        case MCA, ZORRO -> fused(config, contrasts, publishedNegatives, samples, scope);
        // Whose published embedding of what is missing is zeros, which it gets anyway.
        case EAO -> passes(config, contrasts, samples, scope);
      };
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private static TrainingPart fused(
      EncoderConfig config,
      Contrasts contrasts,
      boolean publishedNegatives,
      List<TrainingSample> samples,
      Tensors scope) {
    var layout = FusionLayout.forTraining(config, samples);
    Packing packing = layout.pack(scope);
    Slots slots = layout.slots(contrasts);
    if (publishedNegatives) {
      return new TrainingPart(new PaddedLayout(config, samples).pack(packing, scope), slots);
    }
    packing.layout().put("slot", slots.tensor(scope, layout.rows()));
    return new TrainingPart(packing, slots);
  }

  private static TrainingPart passes(
      EncoderConfig config, Contrasts contrasts, List<TrainingSample> samples, Tensors scope) {
    boolean views = !samples.getFirst().views().isEmpty();
    List<Sample> all = samples.stream().map(TrainingSample::sample).toList();
    var layout = PassLayout.forTraining(config, all, views);
    Packing packing = layout.pack(scope);
    var slots = new Slots(contrasts.size(), samples.size());
    var means = new Means(layout);
    for (int s = 0; s < samples.size(); s++) {
      List<Integer> present = layout.present(s);
      for (int m : present) {
        slots.put(m, s, layout.row(s, List.of(m)));
      }
      for (int c = views ? 0 : 1; c < config.channels().size(); c++) {
        List<Integer> set = PassLayout.presentOf(config.channels().get(c), present);
        if (!set.isEmpty()) {
          slots.put(contrasts.channel(c), s, layout.row(s, set));
        }
      }
      if (views) {
        slots.put(contrasts.fusion(), s, means.add(s, present));
        putViews(config, contrasts, s, samples.get(s).views(), slots, means);
      }
    }
    means.put(packing.layout(), scope);
    packing.layout().put("slot", slots.tensor(scope, means.end()));
    var sizes = new LinkedHashMap<>(packing.sizes());
    sizes.put("means", means.number);
    return new TrainingPart(packing.withSizes(sizes), slots);
  }

  private static void putViews(
      EncoderConfig config,
      Contrasts contrasts,
      int sample,
      List<Set<String>> views,
      Slots slots,
      Means means) {
    List<String> names = config.schema().names();
    for (int v = 0; v < views.size(); v++) {
      List<Integer> seen = views.get(v).stream().map(names::indexOf).sorted().toList();
      if (!seen.isEmpty()) {
        slots.put(contrasts.view(v), sample, means.add(sample, seen));
      }
    }
  }

  /** Fusions of EAO: means over rows of passes, which follow the passes as rows of their own. */
  private static final class Means {
    private final PassLayout passes;
    private final List<Long> rows = new ArrayList<>();
    private final List<Long> segments = new ArrayList<>();
    private long number;

    Means(PassLayout passes) {
      this.passes = passes;
    }

    /** The row of the fusion of some present modalities of a sample. */
    long add(int sample, List<Integer> present) {
      for (List<Integer> set : passes.averaged(present)) {
        rows.add(passes.row(sample, set));
        segments.add(number);
      }
      number++;
      return end() - 1;
    }

    /** The number of all rows. */
    long end() {
      return passes.numPasses() + number;
    }

    void put(Map<String, Tensor> layout, Tensors scope) {
      if (number > 0) {
        layout.put("mean", longs(rows, scope));
        layout.put("segment", longs(segments, scope));
      }
    }

    private static Tensor longs(List<Long> elements, Tensors scope) {
      return scope.longs(elements.stream().mapToLong(Long::longValue).toArray(), elements.size());
    }
  }

  @Override
  public void close() {
    packing.scope().close();
  }
}
