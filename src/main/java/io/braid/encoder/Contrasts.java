package io.braid.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which embeddings of a sample are contrasted with which: their places among all embeddings, and
 * the pairs in published order.
 *
 * <p>Places: modalities, then channels (the first is the root, the fusion of MCA and Zorro), then
 * the fusion of EAO where there are views, then the views.
 *
 * <p>Source: mca-paper 1883ef8, {@code losses.py}; views are Braid's own.
 */
final class Contrasts {
  /**
   * A loss.
   *
   * @param first place of an embedding
   * @param second place of another
   * @param key as published, {@code gene_protein} or {@code fcl_fusion|gene_protein}
   */
  record Pair(int first, int second, String key) {}

  private final List<String> names;
  private final List<Channel> channels;
  private final boolean isEao;
  private final int views;
  private final List<Pair> pairs = new ArrayList<>();

  Contrasts(EncoderConfig config, int views) {
    this.names = config.schema().names();
    this.channels = config.channels();
    this.isEao = config.architecture() == Architecture.EAO;
    this.views = views;
    addModalities();
    if (config.architecture() != Architecture.ZORRO) {
      addChannels();
    }
    for (int v = 0; v < views; v++) {
      pairs.add(new Pair(view(v), fusion(), "view_" + v + "_fusion"));
    }
  }

  private void addModalities() {
    int last = isEao ? names.size() : names.size() + 1;
    for (int i = 0; i < last; i++) {
      for (int j = i + 1; j < last; j++) {
        String one = names.get(i);
        String other = j < names.size() ? names.get(j) : "fusion";
        int place = j < names.size() ? j : fusion();
        String key = one.compareTo(other) < 0 ? one + "_" + other : other + "_" + one;
        pairs.add(new Pair(i, place, key));
      }
    }
  }

  private void addChannels() {
    for (int c = 1; c < channels.size(); c++) {
      String key =
          "|"
              + channels.get(c).members().stream()
                  .map(names::get)
                  .sorted()
                  .collect(Collectors.joining("_"));
      if (!isEao) {
        pairs.add(new Pair(fusion(), channel(c), "fcl_fusion" + key));
      }
      for (int m = 0; m < names.size(); m++) { // also one that is not of the channel
        pairs.add(new Pair(m, channel(c), "fcl_" + names.get(m) + key));
      }
    }
  }

  List<Pair> pairs() {
    return List.copyOf(pairs);
  }

  /** Place of a channel's embedding; a modality's is its index in the schema. */
  int channel(int channel) {
    return names.size() + channel;
  }

  /** Place of the fusion of all present modalities. */
  int fusion() {
    return isEao ? names.size() + channels.size() : channel(0);
  }

  int view(int view) {
    return names.size() + channels.size() + (isEao ? 1 : 0) + view;
  }

  /** Number of places. */
  int size() {
    return view(views);
  }

  /** Both places of each pair, in turn: {@code [pairs, 2]}. */
  long[] places() {
    return pairs.stream()
        .flatMapToInt(pair -> IntStream.of(pair.first(), pair.second()))
        .asLongStream()
        .toArray();
  }
}
