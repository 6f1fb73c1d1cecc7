package io.braid.encoder;

import io.braid.attribution.Coalitions;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A batch for MCA or Zorro: a block a modality, and the fusion tokens of each sample beside them.
 *
 * <p>Tensors of the layout: {@code gather} [B,N] the packed tokens of each sample; {@code kind}
 * [B,N] their modality, K for padding; {@code channel} [C] the channel in whose place each group of
 * fusion tokens stands; {@code membership} [B|1,C,K+1] which group sees which modality; {@code
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

  /** Modalities of the views, or subsets, of each sample, which stand behind its channels. */
  private final List<List<Set<String>>> views;

  FusionLayout(EncoderConfig config, List<Sample> samples, Set<Output> outputs) {
    this(
        config,
        samples,
        outputs,
        outputs.contains(Output.SUBSETS) ? subsets(config, samples) : List.of());
  }

  /**
   * The subsets of each sample's modalities but the whole, which is the root's; as many of each.
   */
  private static List<List<Set<String>>> subsets(EncoderConfig config, List<Sample> samples) {
    var subsets = new ArrayList<List<Set<String>>>();
    for (Sample sample : samples) {
      List<Set<String>> all = Coalitions.of(config.fused(sample)).all();
      subsets.add(new ArrayList<>(all.subList(0, all.size() - 1)));
    }
    int most = subsets.stream().mapToInt(List::size).max().orElseThrow();
    subsets.forEach(of -> of.addAll(Collections.nCopies(most - of.size(), Set.of())));
    return subsets;
  }

  private FusionLayout(
      EncoderConfig config,
      List<Sample> samples,
      Set<Output> outputs,
      List<List<Set<String>>> views) {
    this.config = config;
    this.views = List.copyOf(views);
    this.samples = samples;
    this.outputs = outputs;
    this.places = new TokenPlaces(config.schema(), samples);
    List<Channel> all = config.channels();
    this.channels = outputs.contains(Output.CHANNELS) ? all : all.subList(0, 1);
  }

  /** Everything, and the views of each sample: groups of fusion tokens in the root's place. */
  static FusionLayout forTraining(EncoderConfig config, List<TrainingSample> samples) {
    return new FusionLayout(
        config,
        samples.stream().map(TrainingSample::sample).toList(),
        EnumSet.copyOf(Output.named()),
        samples.stream().map(TrainingSample::views).toList());
  }

  private int numViews() {
    return views.isEmpty() ? 0 : views.getFirst().size();
  }

  /** Groups of fusion tokens of a sample. */
  private int groups() {
    return channels.size() + numViews();
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
          gather[place] = (long) places.start(m, s) + i;
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
    int rows = numViews() == 0 ? 1 : samples.size(); // alike in all samples but for the views
    var membership = new byte[Math.multiplyExact(rows, groups() * columns)];
    for (int row = 0; row < rows; row++) {
      for (int group = 0; group < groups(); group++) {
        for (int member : members(row, group)) {
          membership[(row * groups() + group) * columns + member] = 1;
        }
      }
    }
    layout.put("membership", scope.booleans(membership, rows, groups(), columns));
    var channel = new long[groups()]; // a view stands in the root's place
    Arrays.setAll(channel, group -> group < channels.size() ? group : 0);
    layout.put("channel", scope.longs(channel, channel.length));
  }

  private Collection<Integer> members(int sample, int group) {
    return group < channels.size()
        ? channels.get(group).members()
        : view(sample, group - channels.size());
  }

  /** The modalities of a view that the root sees. */
  private List<Integer> view(int sample, int view) {
    Set<String> names = views.get(sample).get(view);
    return channels.getFirst().members().stream()
        .filter(m -> names.contains(config.schema().names().get(m)))
        .toList();
  }

  /**
   * Where {@code training.py} finds each embedding: unimodal rows, then the groups of each sample.
   */
  Slots slots(Contrasts contrasts) {
    var slots = new Slots(contrasts.size(), samples.size());
    long row = 0;
    for (int m = 0; m < places.modalities(); m++) {
      for (int s = 0; s < samples.size(); s++) {
        if (places.present(m, s)) {
          slots.put(m, s, row++);
        }
      }
    }
    for (int s = 0; s < samples.size(); s++) {
      int sample = s;
      for (int group = 0; group < groups(); group++) {
        boolean isView = group >= channels.size();
        if (members(s, group).stream().anyMatch(m -> places.present(m, sample))) {
          slots.put(
              isView ? contrasts.view(group - channels.size()) : contrasts.channel(group), s, row);
        }
        row++;
      }
    }
    return slots;
  }

  /** Rows that {@code training.py} gathers from. */
  long rows() {
    long unimodal =
        IntStream.range(0, places.modalities())
            .mapToLong(
                m -> IntStream.range(0, samples.size()).filter(s -> places.present(m, s)).count())
            .sum();
    return unimodal + (long) samples.size() * groups();
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
          Vector vector = Vector.row(rows, s * groups() + c, dim);
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
              named ? vectors : Map.of(),
              outputs.contains(Output.SUBSETS) && root.isPresent()
                  ? Optional.of(subsets(samples.get(s), rows, s * groups()))
                  : Optional.empty()));
    }
    return embeddings;
  }

  /**
   * The fusion of each subset of a sample's modalities.
   *
   * @param first row of the sample's root
   */
  private SubsetFusions subsets(Sample sample, float[] rows, int first) {
    Coalitions coalitions = Coalitions.of(config.fused(sample));
    int whole = coalitions.all().size() - 1;
    return new SubsetFusions(
        coalitions,
        IntStream.rangeClosed(0, whole)
            .map(i -> i < whole ? first + channels.size() + i : first)
            .mapToObj(row -> Vector.row(rows, row, config.embeddingDim()))
            .toList());
  }

  private static Tensor tensor(Map<String, Tensor> answer, String name) {
    Tensor tensor = answer.get(name);
    if (tensor == null) {
      throw new IllegalStateException("encoder.py gave no " + name + "; this is a bug");
    }
    return tensor;
  }
}
