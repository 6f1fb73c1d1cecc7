package io.braid.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.braid.torch.Safetensors.FloatTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() {
    var tensors = new LinkedHashMap<String, FloatTensor>();
    tensors.put("b", new FloatTensor(List.of(2L, 3L), floats(1, 2, 3, 4, 5, 6)));
    tensors.put("a \"quoted\" name", new FloatTensor(List.of(), floats(7)));
    tensors.put("none", new FloatTensor(List.of(0L, 3L), floats()));
    Path file = folder.resolve("x.safetensors");

    Safetensors.write(file, tensors);

    try (Safetensors read = Safetensors.open(file)) {
      assertThat(read.entries().keySet()).containsExactly("b", "a \"quoted\" name", "none");
      tensors.forEach((name, tensor) -> {
        assertThat(read.entries().get(name))
            .isEqualTo(new Safetensors.Entry(Safetensors.DataType.F32, tensor.shape()));
        assertThat(read.floats(name)).isEqualTo(tensor.elements());
      });
      assertThat(read.floats("b").isDirect()).isTrue();
    }
  }

  @Test
  void aLargeTensorIsWrittenInChunks() {
    FloatBuffer elements = FloatBuffer.allocate(700_000);
    for (int i = 0; i < elements.capacity(); i++) {
      elements.put(i, i);
    }
    Path file = folder.resolve("x.safetensors");

    Safetensors.write(file, Map.of("x", new FloatTensor(List.of(700_000L), elements)));

    try (Safetensors read = Safetensors.open(file)) {
      assertThat(read.floats("x")).isEqualTo(elements);
    }
  }

  @Test
  void otherTypesAreConverted() {
    var tensors = new LinkedHashMap<String, RawTensor>();
    tensors.put("f64", raw("F64", 2, bytes(16).putDouble(0.1).putDouble(-3)));
    tensors.put("f16", raw("F16", 1, bytes(2).putShort((short) 0x3c00)));
    tensors.put("bf16", raw("BF16", 1, bytes(2).putShort((short) 0x3f80)));
    tensors.put("i64", raw("I64", 1, bytes(8).putLong(-5)));
    tensors.put("i32", raw("I32", 1, bytes(4).putInt(-5)));
    tensors.put("u8", raw("U8", 1, bytes(1).put((byte) 200)));
    tensors.put("bool", raw("BOOL", 2, bytes(2).put((byte) 1).put((byte) 0)));
    Path file = folder.resolve("x.safetensors");
    RawTensor.write(file, tensors);

    try (Safetensors read = Safetensors.open(file)) {
      assertThat(read.floats("f64")).isEqualTo(floats(0.1f, -3));
      assertThat(read.floats("f16")).isEqualTo(floats(1));
      assertThat(read.floats("bf16")).isEqualTo(floats(1));
      assertThat(read.longs("i64")).isEqualTo(longs(-5));
      assertThat(read.longs("i32")).isEqualTo(longs(-5));
      assertThat(read.longs("u8")).isEqualTo(longs(200));
      assertThat(read.longs("bool")).isEqualTo(longs(1, 0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> read.floats("i64"))
          .withMessageContaining("'i64' is I64");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> read.longs("f16"))
          .withMessageContaining("'f16' is F16");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> read.floats("nothing"))
          .withMessageContaining("'nothing'");
    }
  }

  @Test
  void metadataIsPassedOver() {
    Path file =
        file(
            """
            {"__metadata__": {"format": "pt"},
             "x": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}   \
            """,
            1);
    try (Safetensors read = Safetensors.open(file)) {
      assertThat(read.entries().keySet()).containsExactly("x");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                             | not a JSON object
          {"x": 1}                                                       | 'x': not described by an object
          {"x"                                                           | not the JSON
          {} {}                                                          | goes on after
          {"x": {"dtype": "F32", "shape": [1]}}                          | 'x': needs dtype, shape and two
          {"x": {"dtype": "F8", "shape": [1], "data_offsets": [0, 1]}}   | 'x': dtype 'F8'
          {"x": {"dtype": 3, "shape": [1], "data_offsets": [0, 1]}}      | 'x': dtype '3'
          {"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}} | 'x': shape holds something else
          {"x": {"dtype": "F32", "shape": 1, "data_offsets": [0, 4]}}    | 'x': shape is not an array
          {"x": {"dtype": "F32", "shape": [1.0], "data_offsets": [0, 4]}}| 'x': shape holds something else
          {"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4], "z": 1}} | 'x': unknown key 'z'
          {"x": {"dtype": "F32", "shape": [1], "data_offsets": [0]}}     | 'x': needs dtype, shape and two
          {"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}  | 'x': data_offsets [4, 0] are not within
          {"x": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}} | 'x': data_offsets [0, 16] are not within
          {"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 8]}}  | takes 4 bytes, data_offsets [0, 8] hold 8
          {"x": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 0]}} | more than 2147483647 bytes
          {"x": {"dtype": "F32", "shape": [99999999999999999999], "data_offsets": [0, 0]}}   | 'x': shape holds something else
          {"x": {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}, "x": {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}} | Duplicate
          {"x": {"dtype": "U8", "shape": [5], "data_offsets": [0, 5]}, "y": {"dtype": "U8", "shape": [5], "data_offsets": [3, 8]}} | 'y': begins at byte 3
          {"x": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}, "y": {"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}} | 'y': begins at byte 4
          {"x": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}}   | end at byte 2 of the data, which has 8
          """)
  void aHostileHeaderIsRefused(String header, String message) {
    Path file = file(header, 8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.open(file))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "-1", "9", "100000001", "9223372036854775807"})
  void aLengthThatCannotBeIsRefused(long length) throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.write(
        file, bytes(16).putLong(length).put("{}      ".getBytes(StandardCharsets.UTF_8)).array());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.open(file))
        .withMessageContaining("not a safetensors file");
  }

  @Test
  void aFileThatEndsTooSoonIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("x.safetensors"), new byte[3]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.open(file))
        .withMessageContaining("it has 3 bytes");
  }

  private Path file(String header, int data) {
    Path file = folder.resolve("x.safetensors");
    RawTensor.write(file, header, new byte[data]);
    return file;
  }

  private static RawTensor raw(String dtype, long size, ByteBuffer bytes) {
    return new RawTensor(dtype, List.of(size), bytes.flip());
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static FloatBuffer floats(float... elements) {
    return FloatBuffer.wrap(elements);
  }

  private static LongBuffer longs(long... elements) {
    return LongBuffer.wrap(elements);
  }
}
