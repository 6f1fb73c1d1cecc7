package io.braid.retrieval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Reads a snapshot that may come from anywhere: what is wrong is told with its place. */
final class SnapshotReader implements AutoCloseable {
  private static final int AT_ONCE = 500;

  /** Of what is read as a whole: the head, and the calibration. */
  private static final int MAX_BYTES = 64 << 20;

  /** How far vectors may be from unit length. */
  private static final double TOLERANCE = 1e-3;

  private static final CBORMapper CBOR = new CBORMapper();

  private final ZipFile zip;
  private final SnapshotHead head;
  private final long maxMetadata;

  private SnapshotReader(ZipFile zip, long maxMetadata) throws IOException {
    this.zip = zip;
    this.maxMetadata = maxMetadata;
    this.head = read(SnapshotHead.HEAD, SnapshotHead.class);
  }

  private <T> T read(String name, Class<T> type) throws IOException {
    T read = Json.MAPPER.readValue(bytes(name), type);
    if (read == null) {
      throw new IOException(name + " says nothing");
    }
    return read;
  }

  /**
   * Opens a file.
   *
   * @param maxMetadata most bytes of an item's metadata
   * @throws BraidException {@code UNREADABLE} where it is no snapshot, {@code INVALID} where it is
   *     one of a later version of Braid
   */
  static SnapshotReader open(Path file, long maxMetadata) {
    try {
      var zip = new ZipFile(file.toFile());
      try {
        var reader = new SnapshotReader(zip, maxMetadata);
        reader.check();
        return reader;
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    } catch (IOException | JacksonException e) {
      throw new BraidException(
          ProblemKind.UNREADABLE,
          ("this is no snapshot of a collection, or one that was cut short or changed on its way"
                  + " (%s); with curl, send it by --data-binary")
              .formatted(e.getMessage()));
    }
  }

  private void check() {
    if (head.format() != SnapshotHead.FORMAT) {
      throw invalid(
          SnapshotHead.HEAD + "/format",
          "%d; this version of Braid reads %d".formatted(head.format(), SnapshotHead.FORMAT));
    }
    List<String> engines = Arrays.stream(Engine.values()).map(Engine::toString).toList();
    if (!engines.contains(head.engine())) {
      throw invalid(
          SnapshotHead.HEAD + "/engine",
          "'%s', expected one of %s".formatted(head.engine(), engines));
    }
    List<String> outputs = Output.named().stream().map(Output::toString).toList();
    if (head.keep().isEmpty() || !outputs.containsAll(head.keep())) {
      throw invalid(SnapshotHead.HEAD + "/keep", head.keep() + ", expected some of " + outputs);
    }
  }

  SnapshotHead head() {
    return head;
  }

  private ZipEntry entry(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IOException("it has no " + name);
    }
    return entry;
  }

  private byte[] bytes(String name) throws IOException {
    try (InputStream in = zip.getInputStream(entry(name))) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("its %s has more than %d bytes".formatted(name, MAX_BYTES));
      }
      return bytes;
    }
  }

  /** Reads the items, some at a time, in order. */
  void items(ModelVersion version, Consumer<List<SnapshotItem>> take) {
    var some = new ArrayList<SnapshotItem>();
    String last = "";
    long number = 0;
    try (InputStream in = zip.getInputStream(entry(SnapshotHead.ITEMS));
        JsonParser parser = CBOR.createParser(in)) {
      for (SnapshotItem item = next(parser, number); item != null; item = next(parser, number)) {
        check(item, last, version.config().encoder(), SnapshotHead.ITEMS + "/" + number);
        last = item.item().id();
        number++;
        some.add(item);
        if (some.size() == AT_ONCE) {
          take.accept(List.copyOf(some));
          some.clear();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!some.isEmpty()) {
      take.accept(some);
    }
    if (number != head.items()) {
      throw invalid(
          SnapshotHead.ITEMS, "%d items, %d were announced".formatted(number, head.items()));
    }
  }

  /** The next item, null where there is none. */
  private static @Nullable SnapshotItem next(JsonParser parser, long number) {
    try {
      return parser.nextToken() == null ? null : SnapshotItem.read(parser);
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw invalid(SnapshotHead.ITEMS + "/" + number, "is no item: " + e.getMessage());
    }
  }

  private void check(SnapshotItem read, String last, EncoderConfig encoder, String at) {
    String id = read.item().id();
    if (Arrays.compareUnsigned(id.getBytes(UTF_8), last.getBytes(UTF_8)) <= 0) {
      throw invalid(at + "/id", "'%s' does not come after '%s'".formatted(id, last));
    }
    Json.idFault(id)
        .ifPresent(fault -> {
          throw invalid(at + "/id", fault);
        });
    String metadata = read.item().metadata();
    if (!isObject(() -> Json.MAPPER.readTree(metadata))) {
      throw invalid(at + "/metadata", "is no object");
    }
    var faults = new ArrayList<Fault>();
    ItemReader.findFaults(
        Json.MAPPER.readTree(metadata), metadata, maxMetadata, "/" + at + "/metadata", faults);
    BraidException.refuse(faults);
    if (!read.item().sample().map(raw -> isObject(raw::toTree)).orElse(true)) {
      throw invalid(at + "/sample", "is no object");
    }
    List<String> present = read.embedded().present();
    if (!encoder.schema().names().stream().filter(present::contains).toList().equals(present)) {
      throw invalid(at + "/present", present + " are not modalities of the model in its order");
    }
    Set<String> targets = Embedded.targets(encoder, head.outputs());
    if (read.embedded().vectors().isEmpty()
        || !targets.containsAll(read.embedded().vectors().keySet())) {
      throw invalid(
          at + "/vectors",
          "%s, expected some of %s".formatted(read.embedded().vectors().keySet(), targets));
    }
    for (Map.Entry<String, Vector> vector : read.embedded().vectors().entrySet()) {
      double square = vector.getValue().dot(vector.getValue());
      if (vector.getValue().size() != encoder.embeddingDim()
          || !(Math.abs(square - 1) < TOLERANCE)) {
        throw invalid(
            at + "/vectors/" + vector.getKey(),
            "expected %d numbers at unit length".formatted(encoder.embeddingDim()));
      }
    }
  }

  private static boolean isObject(Supplier<JsonNode> tree) {
    try {
      return tree.get().isObject();
    } catch (JacksonException | ClassCastException e) {
      return false;
    }
  }

  /** The calibration for a collection that the items were restored to, where there is one. */
  Optional<FittedCalibration> calibration(StoredCollection restored) {
    if (zip.getEntry(SnapshotHead.CALIBRATION) == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          read(SnapshotHead.CALIBRATION, SnapshotCalibration.class).restoredTo(restored));
    } catch (IOException | RuntimeException e) { // whatever it may say
      throw invalid(SnapshotHead.CALIBRATION, "cannot be read: " + e.getMessage());
    }
  }

  private static BraidException invalid(String at, String detail) {
    return BraidException.invalid(List.of(new Fault("/" + at, detail)));
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
