package io.braid.retrieval;

import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;

import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.index.Metadata;
import io.braid.modality.RawSample;
import io.braid.modality.SampleReader;
import io.braid.modality.VectorReader;
import io.braid.model.ModelVersion;
import io.braid.problem.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/**
 * Reads items {@code {"id": ..., "modalities" or "embedding": ..., "metadata": {...}}} of one
 * collection, from JSON or CBOR alike.
 */
final class ItemReader {
  private static final String EXPECTED =
      "an item, {\"id\": ..., \"modalities\" or \"embedding\": ..., \"metadata\": {...}}";

  /** Times the size of metadata, for the paths by which its values are found. */
  private static final int MAX_PATHS = 4;

  /** Fields of an item that are unknown, after which further ones are not listed. */
  private static final int MAX_UNKNOWN = 20;

  private final ModelVersion version;
  private final Set<Output> keep;
  private final SampleReader samples;
  private final VectorReader vectors;
  private final int maxMetadata;

  /**
   * @param version that reads the samples, and whose the embeddings are
   * @param keep what the collection stores
   * @param maxMetadata bytes of JSON
   */
  ItemReader(ModelVersion version, Set<Output> keep, SampleReader samples, int maxMetadata) {
    this.version = version;
    this.keep = keep;
    this.samples = samples;
    this.vectors = new VectorReader(version.config().encoder().embeddingDim());
    this.maxMetadata = maxMetadata;
  }

  /** An item while it is read. */
  private static final class Parts {
    @Nullable String id;
    String metadata = "{}";
    Optional<RawSample.Given> sample = Optional.empty();
    Optional<float[]> vector = Optional.empty();
    Optional<List<String>> present = Optional.empty();
    boolean hasModalities;
    boolean hasEmbedding;
  }

  /**
   * Reads the item that starts at the parser's token, to its last.
   *
   * @param at pointer to it, such as {@code /items/3}
   * @param faults takes what is wrong
   * @return empty if something was wrong
   */
  Optional<NewItem> read(JsonParser parser, String at, List<Fault> faults) {
    int before = faults.size();
    if (parser.currentToken() != START_OBJECT) {
      parser.skipChildren();
      faults.add(new Fault(at, "expected " + EXPECTED));
      return Optional.empty();
    }
    var parts = new Parts();
    while (parser.nextToken() != END_OBJECT) {
      String field = parser.currentName();
      boolean isNull = parser.nextToken() == VALUE_NULL;
      String place = at + "/" + Json.escaped(field);
      switch (field) {
        case "id" -> parts.id = Json.id(parser, place, faults);
        case "metadata" -> parts.metadata = isNull ? "{}" : metadata(parser, place, faults);
        case "modalities" -> {
          parts.hasModalities = !isNull;
          parts.sample = isNull ? Optional.empty() : RawSample.read(samples, parser, place, faults);
        }
        case "embedding" -> {
          parts.hasEmbedding = !isNull;
          parts.vector = isNull ? Optional.empty() : vectors.read(parser, place, faults);
        }
        case "present" ->
            parts.present = isNull ? Optional.empty() : present(parser, place, faults);
        default -> {
          parser.skipChildren();
          if (faults.size() - before < MAX_UNKNOWN) {
            faults.add(new Fault(place, "unknown field; expected " + EXPECTED));
          }
        }
      }
    }
    check(parts, at, faults);
    String id = parts.id;
    if (faults.size() > before || id == null) {
      return Optional.empty();
    }
    return Optional.of(new NewItem(id, at + "/modalities", parts.metadata, content(parts)));
  }

  private void check(Parts parts, String at, List<Fault> faults) {
    if (parts.id == null && faults.stream().noneMatch(f -> f.pointer().equals(at + "/id"))) {
      faults.add(new Fault(at + "/id", "missing, expected " + Json.ID));
    }
    if (parts.hasModalities == parts.hasEmbedding) {
      faults.add(new Fault(at, "expected either 'modalities' or 'embedding'"));
    }
    if (parts.hasEmbedding && !keep.contains(Output.FUSION)) {
      faults.add(
          new Fault(
              at + "/embedding",
              "an embedding is a fusion, and the collection keeps "
                  + CollectionRepository.names(keep)));
    }
    if (parts.present.isPresent() && parts.hasModalities) {
      faults.add(new Fault(at + "/present", "goes with 'embedding'; 'modalities' say it already"));
    }
    parts
        .sample
        .flatMap(given -> Embedder.misfit(version, keep, given.modalities()))
        .ifPresent(misfit -> faults.add(new Fault(at + "/modalities", misfit)));
  }

  private NewItem.Content content(Parts parts) {
    return parts
        .sample
        .<NewItem.Content>map(
            given -> new NewItem.OfSample(given.raw(), given.modalities(), version))
        .orElseGet(() ->
            new NewItem.OfVector(
                Vector.of(parts.vector.orElseThrow()).normalized(),
                parts.present.orElse(List.of()),
                version));
  }

  private String metadata(JsonParser parser, String at, List<Fault> faults) {
    JsonNode object = Json.MAPPER.readTree(parser);
    if (!object.isObject()) {
      faults.add(new Fault(at, "expected an object"));
      return "{}";
    }
    String text = Json.MAPPER.writeValueAsString(object);
    findFaults(object, text, maxMetadata, at, faults);
    return text;
  }

  /** Notes what keeps a JSON object, and the text of it, from being metadata. */
  static void findFaults(
      JsonNode object, String text, long maxMetadata, String at, List<Fault> faults) {
    Json.findUnsound(object, at, faults);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxMetadata) {
      faults.add(new Fault(at, bytes + " bytes as JSON, at most " + maxMetadata));
    }
    long paths = Metadata.pathLength(object);
    if (paths > (long) MAX_PATHS * maxMetadata) {
      faults.add(
          new Fault(
              at,
              "the paths of its values have %d characters together, at most %d: shorten names"
                  .formatted(paths, (long) MAX_PATHS * maxMetadata)));
    }
  }

  /** Names of modalities, put into schema order. */
  private Optional<List<String>> present(JsonParser parser, String at, List<Fault> faults) {
    List<String> known = version.config().encoder().schema().names();
    JsonNode names = Json.MAPPER.readTree(parser);
    var given = new ArrayList<String>();
    if (!names.isArray()) {
      faults.add(new Fault(at, "expected a list, some of " + known));
    }
    for (int i = 0; i < names.size() && names.isArray(); i++) {
      if (known.contains(names.get(i).asString(""))) {
        given.add(names.get(i).asString());
      } else if (faults.size() < Json.MAX_FAULTS) {
        faults.add(new Fault(at + "/" + i, "expected one of " + known));
      }
    }
    return Optional.of(known.stream().filter(given::contains).toList());
  }
}
