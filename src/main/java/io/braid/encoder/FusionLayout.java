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
 *
 * <p>Partial roots are further groups of fusion tokens in the root's place, behind those of the
 * channels, of which each sees a part of its sample's modalities. In training they are the views
 * that were drawn of a sample, by which it is to be found. Where {@link Output#SUBSETS} are asked
 * for, they are all of its coalitions but the whole, which the root itself sees.
 */
final class FusionLayout {
  private final EncoderConfig config;
  private final List<Sample> samples;
  private final Set<Output> outputs;
  private final TokenPlaces places;

  /** The channels to compute: all, or the root alone. */
  private final List<Channel> channels;

  /** What each partial root of each sample sees: as many of each, so that some see nothing. */
  private final List<List<Set<String>>> partialRoots;

  /** Of each sample where subsets are asked for, else none. */
  private final List<Coalitions> coalitions;

  /** For what is asked of samples. */
  static FusionLayout of(EncoderConfig config, List<Sample> samples, Set<Output> outputs) {
    List<Coalitions> coalitions =
        outputs.contains(Output.SUBSETS)
            ? samples.stream().map(sample -> Coalitions.of(config.fused(sample))).toList()
            : List.of();
    return new FusionLayout(config, samples, outputs, coalitions, allButTheWhole(coalitions));
  }

  /** For all that is learnt from: every named output, and the views of each sample. */
  static FusionLayout forTraining(EncoderConfig config, List<TrainingSample> samples) {
    return new FusionLayout(
        config,
        samples.stream().map(TrainingSample::sample).toList(),
        EnumSet.copyOf(Output.named()),
        List.of(),
        samples.stream().map(TrainingSample::views).toList());
  }

  private FusionLayout(
      EncoderConfig config,
      List<Sample> samples,
      Set<Output> outputs,
      List<Coalitions> coalitions,
      List<List<Set<String>>> partialRoots) {
    this.config = config;
    this.samples = samples;
    this.outputs = outputs;
    this.coalitions = coalitions;
    this.partialRoots = List.copyOf(partialRoots);
    this.places = new TokenPlaces(config.schema(), samples);
    List<Channel> all = config.channels();
    this.channels = outputs.contains(Output.CHANNELS) ? all : all.subList(0, 1);
  }

  private static List<List<Set<String>>> allButTheWhole(List<Coalitions> coalitions) {
    int most = coalitions.stream().mapToInt(of -> of.all().size() - 1).max().orElse(0);
    return coalitions.stream()
        .map(of -> {
          var some = new ArrayList<>(of.all().subList(0, of.all().size() - 1));
          some.addAll(Collections.nCopies(most - some.size(), Set.of()));
          return List.copyOf(some);
        })
        .toList();
  }

  private int numPartialRoots() {
    return partialRoots.isEmpty() ? 0 : partialRoots.getFirst().size();
  }

  /** Groups of fusion tokens of a sample. */
  private int groups() {
    return channels.size() + numPartialRoots();
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
    int rows = numPartialRoots() == 0 ? 1 : samples.size(); // else not alike in all samples
    var membership = new byte[Math.multiplyExact(rows, groups() * columns)];
    for (int row = 0; row < rows; row++) {
      for (int group = 0; group < groups(); group++) {
        for (int member : members(row, group)) {
          membership[(row * groups() + group) * columns + member] = 1;
        }
      }
    }
    layout.put("membership", scope.booleans(membership, rows, groups(), columns));
    var channel = new long[groups()]; // a partial root stands in the root's place
    Arrays.setAll(channel, group -> group < channels.size() ? group : 0);
    layout.put("channel", scope.longs(channel, channel.length));
  }

  private Collection<Integer> members(int sample, int group) {
    return group < channels.size()
        ? channels.get(group).members()
        : partialRoot(sample, group - channels.size());
  }

  /** The modalities that a partial root sees: none that the root does not. */
  private List<Integer> partialRoot(int sample, int number) {
    Set<String> names = partialRoots.get(sample).get(number);
    return channels.getFirst().members().stream()
        .filter(m -> names.contains(config.schema().names().get(m)))
        .toList();
  }

  /**
   * In training: where {@code training.py} finds each embedding: unimodal rows, then the groups of
   * each sample.
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
                  ? Optional.of(subsets(coalitions.get(s), rows, s * groups()))
                  : Optional.empty()));
    }
    return embeddings;
  }

  /**
   * The fusion of each subset of a sample's modalities.
   *
   * @param first row of the sample's root
   */
  private SubsetFusions subsets(Coalitions of, float[] rows, int first) {
    int whole = of.all().size() - 1;
    return new SubsetFusions(
        of,
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
