package io.braid.modality;

import io.braid.problem.Fault;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * The {@code modalities} of a sample as they were sent, present ones only, to be kept and read
 * again: another version of a model may make something else of them. Held as CBOR; numbers with a
 * fraction as 32-bit floats, which is what they are read as.
 */
public final class RawSample {
  private static final CBORMapper CBOR = new CBORMapper();

  private final byte[] cbor;

  private RawSample(byte[] cbor) {
    this.cbor = cbor;
  }

  /** What {@link #toBytes} gave. */
  public static RawSample of(byte[] cbor) {
    return new RawSample(cbor.clone());
  }

  /** A sample of these modalities, each as a client would send it. */
  public static RawSample of(JsonNode modalities) {
    return new RawSample(CBOR.writeValueAsBytes(modalities));
  }

  /**
   * What a {@code modalities} object says, and the object itself.
   *
   * @param raw the present ones as they were sent
   */
  public record Given(Modalities modalities, RawSample raw) {}

  /**
   * Reads the object that starts at the parser's token as {@link SampleReader#readModalities} does,
   * and keeps it.
   */
  public static Optional<Given> read(
      SampleReader reader, JsonParser parser, String at, List<Fault> faults) {
    var bytes = new ByteArrayOutputStream();
    Optional<Modalities> read;
    try (var generator = CBOR.createGenerator(bytes)) {
      read = reader.readModalities(new CopyingParser(parser, generator), at, faults);
    }
    return read.map(modalities ->
        new Given(modalities, new RawSample(bytes.toByteArray()).without(modalities.absent())));
  }

  /**
   * Reads it with the reader of any version of a model.
   *
   * @param at pointer to where it came from, for faults
   */
  public Optional<Modalities> read(SampleReader reader, String at, List<Fault> faults) {
    try (JsonParser parser = CBOR.createParser(cbor)) {
      parser.nextToken();
      return reader.readModalities(parser, at, faults);
    }
  }

  /** This sample with the modalities of another in place of, or beside, its own. */
  public RawSample with(RawSample others) {
    ObjectNode both = (ObjectNode) CBOR.readTree(cbor);
    both.setAll((ObjectNode) CBOR.readTree(others.cbor));
    return of(both);
  }

  /** This sample without some modalities. */
  public RawSample without(Collection<String> names) {
    return names.isEmpty() ? this : of(((ObjectNode) CBOR.readTree(cbor)).remove(names));
  }

  /** As a tree; byte strings, which only CBOR has, stay what they are. */
  public JsonNode toTree() {
    return CBOR.readTree(cbor);
  }

  public byte[] toBytes() {
    return cbor.clone();
  }
}
