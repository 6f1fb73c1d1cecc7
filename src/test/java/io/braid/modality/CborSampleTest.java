package io.braid.modality;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.cbor.CBORFactory;

/** What CBOR can say and JSON cannot. */
class CborSampleTest {
  private static final Modality GENE = new Modality.Tabular("gene", List.of("a", "b"), 100);

  private static Wire.Read read(Consumer<JsonGenerator> value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator to = new CBORFactory().createGenerator(ObjectWriteContext.empty(), bytes)) {
      to.writeStartObject();
      to.writeName("gene");
      value.accept(to);
      to.writeEndObject();
    }
    return Wire.CBOR.read(bytes.toByteArray(), GENE);
  }

  private static Features cells(int[] columns, float... values) {
    return new Features.Cells(IntVector.of(columns), FloatMatrix.of(values.length, 1, values));
  }

  @Test
  void readsBinaryFloats() {
    Wire.Read read = read(to -> to.writeArray(new double[] {0.1, 2}, 0, 2));
    assertThat(read.features()).isEqualTo(cells(new int[] {0, 1}, 0.1f, 2));
  }

  @Test
  void readsHalfFloats() {
    byte[] body = {
      (byte) 0xa1,
      0x64,
      'g',
      'e',
      'n',
      'e',
      (byte) 0x82,
      (byte) 0xf9,
      0x3c,
      0x00,
      (byte) 0xf9,
      0x7e,
      0x00
    };
    assertThat(Wire.CBOR.read(body, GENE).features()).isEqualTo(cells(new int[] {0}, 1));
  }

  @Test
  void nanIsAMissingCell() {
    Wire.Read read =
        read(to -> {
          to.writeStartArray();
          to.writeNumber(Float.NaN);
          to.writeNumber(Double.NaN);
          to.writeEndArray();
        });
    assertThat(read.absent()).containsExactly("gene");
  }

  @Test
  void refusesInfinity() {
    Wire.Read read =
        read(to -> {
          to.writeStartArray();
          to.writeNumber(Float.POSITIVE_INFINITY);
          to.writeNumber(Double.NEGATIVE_INFINITY);
          to.writeEndArray();
        });
    assertThat(read.faults()).extracting(Fault::pointer).containsExactly("/gene/0", "/gene/1");
  }

  @Test
  void readsATensorFromAByteString() {
    byte[] bytes =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2).array();
    Wire.Read read =
        read(to -> {
          to.writeStartObject();
          to.writeStringProperty("dtype", "F32");
          to.writeName("shape");
          to.writeArray(new int[] {2}, 0, 1);
          to.writeBinaryProperty("base64", bytes);
          to.writeEndObject();
        });
    assertThat(read.features()).isEqualTo(cells(new int[] {0, 1}, 1, 2));
  }

  @Test
  void refusesAByteStringWhereANumberIsDue() {
    Wire.Read read =
        read(to -> {
          to.writeStartArray();
          to.writeBinary(new byte[] {1, 2});
          to.writeNumber(1);
          to.writeEndArray();
        });
    assertThat(read.faults()).extracting(Fault::pointer).containsExactly("/gene/0");
  }

  @Test
  void undefinedIsMissingAndASimpleValueIsNoNumber() {
    byte[] body = {(byte) 0xa1, 0x64, 'g', 'e', 'n', 'e', (byte) 0x82, (byte) 0xf7, (byte) 0xe7};
    assertThat(Wire.CBOR.read(body, GENE).faults())
        .extracting(Fault::pointer)
        .containsExactly("/gene/1");
  }
}
