package io.braid.encoder;

import io.braid.modality.Features;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.Sample;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch for {@code padded.py}: every sample has every modality at its full length.
 *
 * <p>Tensors of the layout, besides {@code channel} and {@code membership} of {@link FusionLayout}:
 * {@code name.place} [T] where each packed token goes among samples x length; {@code name.padding}
 * [B,L] 1 where there is none.
 */
final class PaddedLayout {
  private final EncoderConfig config;
  private final List<Sample> samples;

  PaddedLayout(EncoderConfig config, List<TrainingSample> samples) {
    this.config = config;
    this.samples = samples.stream().map(TrainingSample::sample).toList();
  }

  /**
   * @param fused the same samples, packed by {@link FusionLayout}
   */
  Packing pack(Packing fused, Tensors scope) {
    var layout = new LinkedHashMap<String, Tensor>();
    var kinds = new LinkedHashMap<String, String>();
    var limits = new LinkedHashMap<String, Double>();
    for (Modality modality : config.schema().modalities()) {
      kinds.put(modality.name(), PackedFeatures.kind(modality));
      limits.put(modality.name(), PackedFeatures.limit(modality));
      putPlaces(modality, layout, scope);
    }
    Tensor channel = fused.layout().get("channel");
    Tensor membership = fused.layout().get("membership");
    if (channel == null || membership == null) {
      throw new IllegalStateException("the packed layout has no channels; this is a bug");
    }
    layout.put("channel", channel);
    layout.put("membership", membership);
    return new Packing(
        scope,
        (long) samples.size() * config.schema().maxTokens(),
        "padded",
        new PackedFeatures(
            List.copyOf(kinds.keySet()),
            List.copyOf(kinds.values()),
            limits,
            fused.features().tensors()),
        layout,
        fused.blocks(),
        fused.sizes());
  }

  private void putPlaces(Modality modality, Map<String, Tensor> layout, Tensors scope) {
    int length = modality.maxTokens();
    var padding = new byte[Math.multiplyExact(samples.size(), length)];
    Arrays.fill(padding, (byte) 1);
    var places = new long[padding.length];
    int tokens = 0;
    for (int s = 0; s < samples.size(); s++) {
      Features features = samples.get(s).modalities().get(modality.name());
      if (features != null) {
        IntVector within = places(modality, features);
        for (int i = 0; i < within.size(); i++) {
          int place = s * length + within.get(i);
          padding[place] = 0;
          places[tokens++] = place;
        }
      }
    }
    layout.put(modality.name() + ".padding", scope.booleans(padding, samples.size(), length));
    layout.put(modality.name() + ".place", scope.longs(Arrays.copyOf(places, tokens), tokens));
  }

  /** Where the published collators put each token of a sample. */
  private static IntVector places(Modality modality, Features features) {
    return switch (features) {
      case Features.Cells(var columns, _) ->
          modality instanceof Modality.Tabular ? columns : IntVector.range(columns.size());
      case Features.Steps steps -> IntVector.range(steps.length());
      case Features.TokenIds(_, var positions) -> positions;
      case Features.Patches(var positions, _) -> positions;
    };
  }
}
