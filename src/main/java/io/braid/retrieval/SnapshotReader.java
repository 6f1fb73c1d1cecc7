package io.braid.retrieval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.config.BraidProperties;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.JsonFaults;
import io.braid.problem.ProblemKind;
import java.io.FilterInputStream;
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
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Reads a snapshot that may come from anywhere: what is wrong is told with its place. */
final class SnapshotReader implements AutoCloseable {
  private static final int AT_ONCE = 500;

  /** Bytes of items, before which no more of them are held. */
  private static final long BYTES_AT_ONCE = 16L << 20;

  /** Of what is read as a whole: the head, and the calibration. */
  static final int MAX_BYTES = 16 << 20;

  /** Numbers, names and the like in it: they take far more memory than bytes. */
  private static final long MAX_TOKENS = 2_000_000;

  /** A number may take more room in a sample than in the request that brought it. */
  private static final int WIDER = 2;

  /** Bytes of an item beside its sample, vectors and metadata; and what is read ahead. */
  private static final long MAX_MORE = 1 << 20;

  /** Of a vector, beside its numbers and name. */
  private static final int VECTOR_HEAD = 16;

  /** As UTF-8. */
  private static final int MAX_BYTES_OF_CHAR = 3;

  /** Lists, objects and names in a sample, for each token that a sample may have. */
  private static final int MAX_PARTS_OF_TOKEN = 4;

  /** Longer than any id. */
  private static final int MIN_TEXT = 1 << 12;

  /** How far vectors may be from unit length. */
  private static final double TOLERANCE = 1e-3;

  /** Of the head and the calibration. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).build())
                  .build())
          .build();

  private final ZipFile zip;
  private final SnapshotHead head;
  private final BraidProperties properties;
  private final long maxMetadata;

  private SnapshotReader(ZipFile zip, BraidProperties properties) throws IOException {
    this.zip = zip;
    this.properties = properties;
    this.maxMetadata = properties.limits().metadata().toBytes();
    this.head = read(SnapshotHead.HEAD, SnapshotHead.class);
  }

  private <T> T read(String name, Class<T> type) throws IOException {
    T read = JSON.readValue(bytes(name), type);
    if (read == null) {
      throw new IOException(name + " says nothing");
    }
    return read;
  }

  /**
   * Opens a file.
   *
   * @param properties whose limits of requests are those of items, too
   * @throws BraidException {@code UNREADABLE} where it is no snapshot, {@code INVALID} where it is
   *     one of a later version of Braid
   */
  static SnapshotReader open(Path file, BraidProperties properties) {
    try {
      var zip = new ZipFile(file.toFile());
      try {
        var reader = new SnapshotReader(zip, properties);
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
    SnapshotItem.Limits limits = limits(version.config().encoder());
    long maxItem = limits.sample() + limits.vectors() + maxMetadata + MAX_MORE;
    try (var in = new MeteredInput(zip.getInputStream(entry(SnapshotHead.ITEMS)), maxItem);
        JsonParser parser = cbor(maxMetadata).createParser(in)) {
      long taken = 0;
      for (SnapshotItem item = next(parser, number, limits);
          item != null;
          item = next(parser, number, limits)) {
        in.renew();
        check(item, last, version.config().encoder(), SnapshotHead.ITEMS + "/" + number);
        last = item.item().id();
        number++;
        some.add(item);
        if (some.size() == AT_ONCE || in.numRead() - taken >= BYTES_AT_ONCE) {
          take.accept(List.copyOf(some));
          some.clear();
          taken = in.numRead();
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

  private SnapshotItem.Limits limits(EncoderConfig encoder) {
    long sample = WIDER * properties.limits().body().toBytes();
    long vectors =
        VECTOR_HEAD
            + Embedded.targets(encoder, head.outputs()).stream()
                .mapToLong(target ->
                    VECTOR_HEAD
                        + (long) MAX_BYTES_OF_CHAR * target.length()
                        + (long) Float.BYTES * encoder.embeddingDim())
                .sum();
    return new SnapshotItem.Limits(
        sample,
        (long) MAX_PARTS_OF_TOKEN * properties.queue().entryTokens(),
        vectors,
        encoder.schema().names().size(),
        cbor(sample));
  }

  /** Reads texts up to a length, nested as deeply as requests may be. */
  private CBORMapper cbor(long maxText) {
    return CBORMapper.builder(
            CBORFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(properties.limits().depth())
                        .maxStringLength((int) Math.clamp(maxText, MIN_TEXT, Integer.MAX_VALUE))
                        .build())
                .build())
        .build();
  }

  /** Counts what is read, which ends where an item takes too much. */
  private static final class MeteredInput extends FilterInputStream {
    private final long maxItem;
    private long read;
    private long most;

    MeteredInput(InputStream in, long maxItem) {
      super(in);
      this.maxItem = maxItem;
      this.most = maxItem;
    }

    /** The next item may take as much. */
    void renew() {
      most = read + maxItem;
    }

    long numRead() {
      return read;
    }

    @Override
    public int read() throws IOException {
      return count(super.read(), 1);
    }

    @Override
    public int read(byte[] bytes, int from, int number) throws IOException {
      int got = super.read(bytes, from, number);
      return count(got, got);
    }

    private int count(int result, int bytes) throws IOException {
      read += result < 0 ? 0 : bytes;
      if (read > most) {
        throw new IOException("more than %d bytes".formatted(maxItem));
      }
      return result;
    }
  }

  /** The next item, null where there is none. */
  private static @Nullable SnapshotItem next(
      JsonParser parser, long number, SnapshotItem.Limits limits) {
    try {
      return parser.nextToken() == null ? null : SnapshotItem.read(parser, limits);
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      String at = parser.streamReadContext().pathAsPointer().toString();
      String why = e instanceof JacksonException of ? of.getOriginalMessage() : e.getMessage();
      throw invalid(SnapshotHead.ITEMS + "/" + number + at, "is no item: " + why);
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
  Optional<FittedCalibration> calibration(StoredCollection restored, ModelVersion version) {
    if (zip.getEntry(SnapshotHead.CALIBRATION) == null) {
      return Optional.empty();
    }
    try {
      SnapshotCalibration read = read(SnapshotHead.CALIBRATION, SnapshotCalibration.class);
      BraidException.refuse(
          read.faults(version.config().encoder()).stream()
              .map(fault ->
                  new Fault("/" + SnapshotHead.CALIBRATION + fault.pointer(), fault.detail()))
              .toList());
      return Optional.of(read.restoredTo(restored));
    } catch (JacksonException e) {
      Fault fault = JsonFaults.of(e).faults().getFirst();
      throw invalid(
          SnapshotHead.CALIBRATION + fault.pointer(), "cannot be read: " + fault.detail());
    } catch (BraidException e) {
      throw e;
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
