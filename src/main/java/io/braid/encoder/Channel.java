package io.braid.encoder;

import io.braid.modality.ModalitySchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A combination of modalities that gets an embedding of its own.
 *
 * @param members indices of its modalities in the schema, ascending
 */
public record Channel(List<Integer> members) {
  public Channel {
    members = List.copyOf(members);
  }

  /**
   * Every channel of the given sizes, in the order of the checkpoint format: by size as given, then
   * lexicographic. Source: mca-paper, {@code adjusted_powerset}.
   */
  public static List<Channel> ofSizes(List<Integer> sizes, int modalities) {
    var channels = new ArrayList<Channel>();
    for (int size : sizes) {
      combine(size, 0, modalities, List.of(), channels);
    }
    return List.copyOf(channels);
  }

  private static void combine(
      int size, int from, int modalities, List<Integer> chosen, List<Channel> channels) {
    if (chosen.size() == size) {
      channels.add(new Channel(chosen));
      return;
    }
    for (int next = from; next < modalities; next++) {
      var longer = new ArrayList<>(chosen);
      longer.add(next);
      combine(size, next + 1, modalities, longer, channels);
    }
  }

  /** Its modalities' names joined by {@code +}, in schema order: {@code gene+protein}. */
  public String name(ModalitySchema schema) {
    return members.stream().map(schema.names()::get).collect(Collectors.joining("+"));
  }
}
