package io.braid.encoder;

import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A batch for MCA or Zorro: a block a modality, and the fusion tokens of each sample beside them.
 *
 * <p>Tensors of the layout: {@code gather} [B,N] the packed tokens of each sample; {@code kind}
 * [B,N] their modality, K for padding; {@code channel} [C] the channel in whose place each group of
 * fusion tokens stands; {@code membership} [1,C,K+1] which group sees which modality; {@code
 * modality} the modality of each block. If only the fusion is asked for, the root is the only
 * channel: nothing reads another channel's tokens.
 */
final class FusionLayout {
  private final EncoderConfig config;
  private final List<Sample> samples;
  private final Set<Output> outputs;
  private final TokenPlaces places;

  /** The channels to compute: all, or the root alone. */
  private final List<Channel> channels;

  FusionLayout(EncoderConfig config, List<Sample> samples, Set<Output> outputs) {
    this.config = config;
    this.samples = samples;
    this.outputs = outputs;
    this.places = new TokenPlaces(config.schema(), samples);
    List<Channel> all = config.channels();
    this.channels = outputs.contains(Output.CHANNELS) ? all : all.subList(0, 1);
  }

  Packing pack(Tensors scope) {
    var layout = new LinkedHashMap<String, Tensor>();
    var blocks = new Blocks(scope, layout);
    var present = new ArrayList<Integer>();
    for (int m = 0; m < places.modalities(); m++) {
      int modality = m;
      int[] lengths =
          IntStream.range(0, samples.size())
              .filter(s -> places.present(modality, s))
              .map(s -> places.length(modality, s))
              .toArray();
      if (lengths.length > 0) {
        present.add(m);
        blocks.add(lengths);
      }
    }
    layout.put(
        "modality",
        scope.longs(present.stream().mapToLong(Integer::longValue).toArray(), present.size()));
    putTokensOfSamples(scope, layout);
    putMembership(scope, layout);
    return new Packing(
        scope,
        samples.stream().mapToLong(Sample::tokens).sum(),
        "fused",
        PackedFeatures.pack(config.schema(), samples, scope),
        layout,
        blocks,
        Map.of(
            "samples", (long) samples.size(),
            "modalities", (long) places.modalities(),
            "channel_tokens", (long) config.fusionTokensPerChannel(),
            "layers", (long) config.layers(),
            "heads", (long) config.heads(),
            "unimodal", outputs.contains(Output.UNIMODAL) ? 1L : 0L));
  }

  private void putTokensOfSamples(Tensors scope, Map<String, Tensor> layout) {
    int longest = samples.stream().mapToInt(Sample::tokens).max().orElseThrow();
    var gather = new long[Math.multiplyExact(samples.size(), longest)];
    var kind = new long[gather.length];
    for (int s = 0; s < samples.size(); s++) {
      int place = s * longest;
      for (int m = 0; m < places.modalities(); m++) {
        for (int i = 0; i < places.length(m, s); i++) {
          gather[place] = places.start(m, s) + i;
          kind[place++] = m;
        }
      }
      while (place < (s + 1) * longest) {
        kind[place++] = places.modalities();
      }
    }
    layout.put("gather", scope.longs(gather, samples.size(), longest));
    layout.put("kind", scope.longs(kind, samples.size(), longest));
  }

  private void putMembership(Tensors scope, Map<String, Tensor> layout) {
    int columns = places.modalities() + 1;
    var membership = new byte[channels.size() * columns];
    for (int c = 0; c < channels.size(); c++) {
      for (int member : channels.get(c).members()) {
        membership[c * columns + member] = 1;
      }
    }
    layout.put("membership", scope.booleans(membership, 1, channels.size(), columns));
    layout.put(
        "channel", scope.longs(LongStream.range(0, channels.size()).toArray(), channels.size()));
  }

  List<Embedding> read(Map<String, Tensor> answer) {
    ModalitySchema schema = config.schema();
    int dim = config.embeddingDim();
    float[] rows = tensor(answer, "channels").toFloats();
    float[] unimodal =
        outputs.contains(Output.UNIMODAL) ? tensor(answer, "unimodal").toFloats() : new float[0];
    var modalities = new ArrayList<Map<String, Vector>>();
    samples.forEach(_ -> modalities.add(new LinkedHashMap<>()));
    if (outputs.contains(Output.UNIMODAL)) {
      int row = 0;
      for (int m = 0; m < places.modalities(); m++) {
        for (int s = 0; s < samples.size(); s++) {
          if (places.present(m, s)) {
            modalities.get(s).put(schema.names().get(m), Vector.row(unimodal, row++, dim));
          }
        }
      }
    }
    var embeddings = new ArrayList<Embedding>();
    for (int s = 0; s < samples.size(); s++) {
      var vectors = new LinkedHashMap<String, Vector>();
      Optional<Vector> root = Optional.empty();
      for (int c = 0; c < channels.size(); c++) {
        int sample = s;
        Channel channel = channels.get(c);
        if (channel.members().stream().anyMatch(m -> places.present(m, sample))) {
          Vector vector = Vector.row(rows, s * channels.size() + c, dim);
          vectors.put(channel.name(schema), vector);
          root = c == 0 ? Optional.of(vector) : root;
        }
      }
      boolean named =
          outputs.contains(Output.CHANNELS) && config.architecture() == Architecture.MCA;
      embeddings.add(
          new Embedding(
              outputs.contains(Output.FUSION) ? root : Optional.empty(),
              modalities.get(s),
              named ? vectors : Map.of()));
    }
    return embeddings;
  }

  private static Tensor tensor(Map<String, Tensor> answer, String name) {
    Tensor tensor = answer.get(name);
    if (tensor == null) {
      throw new IllegalStateException("encoder.py gave no " + name + "; this is a bug");
    }
    return tensor;
  }
}
