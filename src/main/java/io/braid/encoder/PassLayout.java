package io.braid.encoder;

import io.braid.attribution.Coalitions;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A batch for EAO: a forward pass over each set of present modalities that an asked output needs,
 * each set once a sample; a block for all passes over the same set.
 *
 * <p>Tensors of the layout: {@code gather} [T] the packed tokens of each pass, and {@code pass} [T]
 * the pass that each belongs to.
 */
final class PassLayout {
  private final EncoderConfig config;
  private final List<Sample> samples;
  private final Set<Output> outputs;
  private final TokenPlaces places;
  private final List<Channel> channels;

  /** Set of modalities → samples that need a pass over it. */
  private final SortedMap<List<Integer>, List<Integer>> passes;

  PassLayout(EncoderConfig config, List<Sample> samples, Set<Output> outputs) {
    this(config, config.channels(), samples, outputs);
  }

  /** What the losses read; as published, the first channel is in none, but views average it. */
  static PassLayout forTraining(EncoderConfig config, List<Sample> samples, boolean views) {
    List<Channel> channels = config.channels();
    return new PassLayout(
        config,
        views ? channels : channels.subList(1, channels.size()),
        samples,
        EnumSet.of(Output.UNIMODAL, Output.CHANNELS));
  }

  private PassLayout(
      EncoderConfig config, List<Channel> channels, List<Sample> samples, Set<Output> outputs) {
    this.config = config;
    this.samples = samples;
    this.outputs = outputs;
    this.places = new TokenPlaces(config.schema(), samples);
    this.channels = channels;
    this.passes = new TreeMap<>(PassLayout::compare);
    for (int s = 0; s < samples.size(); s++) {
      for (List<Integer> set : neededBy(s)) {
        passes.computeIfAbsent(set, _ -> new ArrayList<>()).add(s);
      }
    }
  }

  Packing pack(Tensors scope) {
    var layout = new LinkedHashMap<String, Tensor>();
    var blocks = new Blocks(scope, layout);
    var gather = new ArrayList<Integer>();
    var pass = new ArrayList<Integer>();
    int numPasses = 0;
    for (var entry : passes.entrySet()) {
      var lengths = new ArrayList<Integer>();
      for (int s : entry.getValue()) {
        int before = gather.size();
        for (int m : entry.getKey()) {
          for (int i = 0; i < places.length(m, s); i++) {
            gather.add(places.start(m, s) + i);
            pass.add(numPasses);
          }
        }
        lengths.add(gather.size() - before);
        numPasses++;
      }
      blocks.add(lengths.stream().mapToInt(Integer::intValue).toArray());
    }
    layout.put("gather", longs(gather, scope));
    layout.put("pass", longs(pass, scope));
    return new Packing(
        scope,
        gather.size(),
        "passes",
        PackedFeatures.pack(config.schema(), samples, scope),
        layout,
        blocks,
        Map.of(
            "passes", (long) numPasses,
            "layers", (long) config.layers(),
            "heads", (long) config.heads()));
  }

  /** Row of the pass over a set of a sample's present modalities. */
  long row(int sample, List<Integer> set) {
    long before = 0;
    for (var entry : passes.entrySet()) {
      if (entry.getKey().equals(set)) {
        return before + Collections.binarySearch(entry.getValue(), sample);
      }
      before += entry.getValue().size();
    }
    throw new IllegalArgumentException("no pass over " + set + "; this is a bug");
  }

  int numPasses() {
    return passes.values().stream().mapToInt(List::size).sum();
  }

  /** Sets whose embeddings the fusion of some present modalities averages: each, and pairs. */
  List<List<Integer>> averaged(List<Integer> present) {
    // As published: over single modalities and pairs, whatever other channels there are.
    var averaged = new ArrayList<List<Integer>>();
    present.forEach(m -> averaged.add(List.of(m)));
    channels.stream()
        .map(Channel::members)
        .filter(members -> members.size() == 2 && present.containsAll(members))
        .forEach(averaged::add);
    return averaged;
  }

  /** Tokens of all passes over a sample: what EAO computes for it. */
  static long tokens(EncoderConfig config, Sample sample, Set<Output> outputs) {
    var layout = new PassLayout(config, List.of(sample), outputs);
    return layout.passes.keySet().stream()
        .flatMap(List::stream)
        .mapToLong(m -> layout.places.length(m, 0))
        .sum();
  }

  private List<List<Integer>> neededBy(int sample) {
    List<Integer> present = present(sample);
    var sets = new ArrayList<List<Integer>>();
    boolean fusion = outputs.contains(Output.FUSION) || outputs.contains(Output.SUBSETS);
    if (fusion || outputs.contains(Output.UNIMODAL)) {
      present.forEach(m -> sets.add(List.of(m)));
    }
    for (Channel channel : channels) {
      List<Integer> set = presentOf(channel, present);
      boolean isPair = set.size() == 2 && set.equals(channel.members());
      if (!set.isEmpty() && (outputs.contains(Output.CHANNELS) || (fusion && isPair))) {
        sets.add(set);
      }
    }
    return sets.stream().distinct().toList();
  }

  List<Embedding> read(Map<String, Tensor> answer) {
    float[] rows = answer.values().iterator().next().toFloats();
    var vectors = new ArrayList<Map<List<Integer>, Vector>>();
    samples.forEach(_ -> vectors.add(new LinkedHashMap<>()));
    int row = 0;
    for (var entry : passes.entrySet()) {
      for (int s : entry.getValue()) {
        vectors.get(s).put(entry.getKey(), Vector.row(rows, row++, config.embeddingDim()));
      }
    }
    return IntStream.range(0, samples.size())
        .mapToObj(s -> embedding(present(s), vectors.get(s)))
        .toList();
  }

  private Embedding embedding(List<Integer> present, Map<List<Integer>, Vector> vectors) {
    ModalitySchema schema = config.schema();
    var unimodal = new LinkedHashMap<String, Vector>();
    if (outputs.contains(Output.UNIMODAL)) {
      present.forEach(m -> unimodal.put(schema.names().get(m), vectors.get(List.of(m))));
    }
    var byChannel = new LinkedHashMap<String, Vector>();
    if (outputs.contains(Output.CHANNELS)) {
      for (Channel channel : channels) {
        List<Integer> set = presentOf(channel, present);
        if (!set.isEmpty()) {
          byChannel.put(channel.name(schema), vectors.get(set));
        }
      }
    }
    Optional<Vector> fusion = Optional.empty();
    if (outputs.contains(Output.FUSION)) {
      fusion = Optional.of(Vector.mean(averaged(present).stream().map(vectors::get).toList()));
    }
    return new Embedding(
        fusion,
        unimodal,
        byChannel,
        outputs.contains(Output.SUBSETS)
            ? Optional.of(subsets(present, vectors))
            : Optional.empty());
  }

  private SubsetFusions subsets(List<Integer> present, Map<List<Integer>, Vector> vectors) {
    List<String> names = config.schema().names();
    Coalitions coalitions = Coalitions.of(present.stream().map(names::get).toList());
    var fusions = new ArrayList<Vector>();
    for (Set<String> some : coalitions.all()) {
      List<Integer> members = present.stream().filter(m -> some.contains(names.get(m))).toList();
      fusions.add(
          members.isEmpty()
              ? Vector.of(new float[config.embeddingDim()])
              : Vector.mean(averaged(members).stream().map(vectors::get).toList()));
    }
    return new SubsetFusions(coalitions, fusions);
  }

  List<Integer> present(int sample) {
    return IntStream.range(0, places.modalities())
        .filter(m -> places.present(m, sample))
        .boxed()
        .toList();
  }

  static List<Integer> presentOf(Channel channel, List<Integer> present) {
    return channel.members().stream().filter(present::contains).toList();
  }

  private static Tensor longs(List<Integer> elements, Tensors scope) {
    return scope.longs(elements.stream().mapToLong(Integer::longValue).toArray(), elements.size());
  }

  private static int compare(List<Integer> one, List<Integer> other) {
    return one.size() != other.size()
        ? Integer.compare(one.size(), other.size())
        : one.toString().compareTo(other.toString());
  }
}
