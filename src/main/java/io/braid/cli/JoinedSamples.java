package io.braid.cli;

import io.braid.cli.ModalityFile.Block;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Samples whose modalities lie in files of their own, joined by id. The files are read twice: first
 * to find faults, and which file has what, then for the data. Held are the ids, and of files that
 * do not have samples in the same order what was passed on the way to one. A single file needs no
 * join: of it one sample at a time is held.
 */
final class JoinedSamples implements Samples {
  /** A file that has been opened, and what was read of it before its turn. */
  private record Source(ModalityFile file, Map<String, Block> passed) {
    Block find(String id) {
      @Nullable Block held = passed.remove(id);
      while (held == null) {
        Block next =
            file.next()
                .orElseThrow(() ->
                    new CommandFailure(
                        "the file of '%s' was changed while it was read".formatted(file.name())));
        if (next.id().equals(id)) {
          held = next;
        } else if (next.features().isPresent()) {
          passed.put(next.id(), next);
        }
      }
      return held;
    }
  }

  private final List<Source> sources = new ArrayList<>();

  /** By id a bit for each file that has something of it, in the order of the files; see above. */
  private final Map<String, Integer> having = new LinkedHashMap<>();

  private final FileFaults faults = new FileFaults();
  private final Iterator<Map.Entry<String, Integer>> order;
  private final Map<String, ObjectNode> metadata;
  private long count;

  /**
   * @param config of the model
   * @param metadata that goes with samples, by id
   */
  JoinedSamples(Map<String, Path> files, JsonNode config, Map<String, ObjectNode> metadata) {
    this.metadata = metadata;
    Map<String, JsonNode> modalities = ModalityFile.byName(config);
    for (Map.Entry<String, Path> file : files.entrySet()) {
      if (!modalities.containsKey(file.getKey())) {
        throw new CommandFailure(
            "%s: the model has no modality '%s'; it has %s"
                .formatted(file.getValue(), file.getKey(), String.join(", ", modalities.keySet())));
      }
      String name = file.getValue().toString();
      if (!name.endsWith(".csv") && !name.endsWith(".csv.gz")) {
        throw new CommandFailure(
            name + ": only CSV can be embedded; make a dataset of it to train");
      }
    }
    int number = 0;
    for (Map.Entry<String, Path> file : files.entrySet()) {
      try (var first = open(file, modalities)) {
        scan(first, number++, files.size() > 1);
      }
    }
    faults.refuse();
    files
        .entrySet()
        .forEach(file -> sources.add(new Source(open(file, modalities), new HashMap<>())));
    this.order = having.entrySet().iterator();
  }

  private ModalityFile open(Map.Entry<String, Path> file, Map<String, JsonNode> modalities) {
    JsonNode modality = modalities.getOrDefault(file.getKey(), Client.JSON.missingNode());
    return new ModalityFile(file.getValue(), modality, faults);
  }

  private void scan(ModalityFile file, int number, boolean isJoined) {
    String before = "";
    for (Optional<Block> next = file.next(); next.isPresent(); next = file.next()) {
      Block block = next.get();
      int known = isJoined ? having.getOrDefault(block.id(), 0) : 0;
      if ((known & 1 << number) != 0 || block.id().equals(before)) {
        faults.add(
            file.name(), "line %d: '%s' was there before".formatted(block.line(), block.id()));
      }
      before = block.id();
      if (block.features().isPresent()) {
        count += known == 0 ? 1 : 0;
        if (isJoined) {
          having.put(block.id(), known | 1 << number);
        }
      }
    }
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public Optional<Sent> next() {
    return sources.size() == 1 ? nextOfOne(sources.getFirst()) : nextJoined();
  }

  private Optional<Sent> nextOfOne(Source only) {
    return Stream.generate(only.file()::next)
        .takeWhile(Optional::isPresent)
        .flatMap(Optional::stream)
        .filter(block -> block.features().isPresent())
        .findFirst()
        .map(block -> sent(block.id(), Map.of(only.file().name(), block)));
  }

  private Optional<Sent> nextJoined() {
    if (!order.hasNext()) {
      return Optional.empty();
    }
    Map.Entry<String, Integer> next = order.next();
    var blocks = new LinkedHashMap<String, Block>();
    for (int i = 0; i < sources.size(); i++) {
      if ((next.getValue() & 1 << i) != 0) {
        blocks.put(sources.get(i).file().name(), sources.get(i).find(next.getKey()));
      }
    }
    return Optional.of(sent(next.getKey(), blocks));
  }

  private Sent sent(String id, Map<String, Block> blocks) {
    ObjectNode sample = Client.JSON.createObjectNode();
    sample.put("id", id);
    ObjectNode modalities = sample.putObject("modalities");
    var lines = new HashMap<String, Long>();
    blocks.forEach((name, block) -> {
      block.features().ifPresent(features -> modalities.set(name, features));
      lines.put(name, block.line());
    });
    if (metadata.containsKey(id)) {
      sample.set("metadata", metadata.get(id));
    }
    return new Sent("'" + id + "'", lines, Client.JSON.writeValueAsBytes(sample));
  }

  @Override
  public void close() {
    sources.forEach(source -> source.file().close());
  }
}
