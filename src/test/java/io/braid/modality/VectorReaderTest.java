package io.braid.modality;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.Fault;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

@ParameterizedClass
@EnumSource
record VectorReaderTest(Wire wire) {
  private static final VectorReader READER = new VectorReader(3);

  /** What became of a value, and what was wrong with it. */
  private record Read(Optional<float[]> vector, List<Fault> faults) {
    float[] sound() {
      assertThat(faults).isEmpty();
      return vector.orElseThrow();
    }
  }

  private Read read(byte[] body) {
    var faults = new ArrayList<Fault>();
    return Wire.BODIES.read(
        new ByteArrayInputStream(body),
        wire.type,
        parser -> new Read(READER.read(parser, "/at", faults), faults));
  }

  private Read read(String vector) {
    return read(wire.bytes(vector));
  }

  private static byte[] bytes(float... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
  }

  private static String base64(float... numbers) {
    return "'" + Base64.getEncoder().encodeToString(bytes(numbers)) + "'";
  }

  @Test
  void readsAnArray() {
    assertThat(read("[0.1, -2, 3e-5]").sound()).containsExactly(0.1f, -2, 3e-5f);
  }

  @Test
  void readsBase64() {
    assertThat(read(base64(0.1f, -2, 3)).sound()).containsExactly(0.1f, -2, 3);
  }

  @Test
  void readsTensors() {
    assertThat(read(Wire.f32("[3]", 0.1f, -2, 3)).sound()).containsExactly(0.1f, -2, 3);
    assertThat(read(Wire.f64("[3]", 0.1, -2, 3)).sound()).containsExactly(0.1f, -2, 3);
    assertThat(read(Wire.i32("[3]", 1, -2, 3)).sound()).containsExactly(1, -2, 3);
    assertThat(read(Wire.i64("[3]", 1, -2, 3)).sound()).containsExactly(1, -2, 3);
  }

  @Test
  void readsByteStringsOfCbor() {
    byte[] body = new CBORMapper().writeValueAsBytes(bytes(0.1f, -2, 3));
    if (wire == Wire.CBOR) {
      assertThat(read(body).sound()).containsExactly(0.1f, -2, 3);
      assertThat(read(new CBORMapper().writeValueAsBytes(new byte[11])).faults())
          .containsExactly(new Fault("/at", "expected 3 values of 4 bytes, got 11 bytes"));
    } else {
      byte[] text = new JsonMapper().writeValueAsBytes(bytes(0.1f, -2, 3)); // base64, there
      assertThat(read(text).sound()).containsExactly(0.1f, -2, 3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
          ``     | 3
          ``     | true
          ``     | null
          ``     | []
          ``     | [1, 2]
          ``     | [1, 2, 3, 4]
          ``     | [1, null, 3]
          ``     | [0, 0, 0]
          ``     | [0, -0.0, 0.0]
          /1     | [1, 'x', 3]
          /1     | [1, [2], 3]
          /2     | [1, 2, {'a': 3}]
          /0     | [1e39, 2, 3]
          /0     | [-1e400, 2, 3]
          ``     | ''
          ``     | '****'
          ``     | 'AACAPw=='
          ``     | 'AACAPwAAAEAAAEBAA'
          ``     | 'ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄ'
          ``     | 'AACAfwAAAEAAAEBA'
          ``     | 'AADAfwAAAEAAAEBA'
          ``     | {}
          ``     | {'dtype': 'F32'}
          /shape | {'dtype': 'F32', 'shape': [2], 'base64': 'AACAPwAAAEAAAEBA'}
          /shape | {'dtype': 'F32', 'shape': [1, 3], 'base64': 'AACAPwAAAEAAAEBA'}
          /dtype | {'dtype': 'F16', 'shape': [3], 'base64': 'AACAPwAAAEAAAEBA'}
          /base64 | {'dtype': 'F32', 'shape': [3], 'base64': 'AACAPwAAAEA='}
          /base64 | {'dtype': 'F32', 'shape': [3], 'base64': 'AACAfwAAAEAAAEBA'}
          ``     | {'dtype': 'F32', 'shape': [3], 'base64': 'AADAfwAAAEAAAEBA'}
          /more  | {'dtype': 'F32', 'shape': [3], 'base64': 'AACAPwAAAEAAAEBA', 'more': [1]}
          """)
  void isWrongAt(String pointer, String vector) {
    Read read = read(vector);
    assertThat(read.faults()).extracting(Fault::pointer).containsExactly("/at" + pointer);
    assertThat(read.vector()).isEmpty();
  }

  @Test
  void aNumberTooLargeIsRefusedHoweverItIsWritten() {
    for (String vector :
        List.of("[1e16, 1, 1]", base64(1e16f, 1, 1), Wire.f32("[3]", 1e16f, 1, 1))) {
      assertThat(read(vector).faults()).as(vector).hasSize(1);
    }
  }

  @Test
  void faultsOfAnArrayAreBounded() {
    String many = "[" + String.join(",", java.util.Collections.nCopies(1000, "'x'")) + "]";
    assertThat(read(many).faults()).hasSizeLessThan(10);
    assertThat(read("[" + "1,".repeat(100_000) + "1]").faults())
        .containsExactly(new Fault("/at", "expected 3 values, got 100001"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[1,[2,[3]],{'a':[]}]", "{'dtype':{'a':[1]},'x':[[]]}", "'x'", "null", "[1,2,3]"})
  void theParserEndsOnTheLastTokenWhateverItRead(String vector) {
    var faults = new ArrayList<Fault>();
    float[] next =
        Wire.BODIES.read(
            new ByteArrayInputStream(wire.bytes("[" + vector + ",[4,5,6]]")),
            wire.type,
            parser -> {
              parser.nextToken();
              Optional<float[]> _ = READER.read(parser, "/0", faults);
              parser.nextToken();
              float[] second = READER.read(parser, "/1", faults).orElseThrow();
              assertThat(parser.nextToken()).isEqualTo(JsonToken.END_ARRAY);
              return second;
            });
    assertThat(next).containsExactly(4, 5, 6);
    assertThat(faults).noneMatch(fault -> fault.pointer().startsWith("/1"));
  }

  @Test
  void smallNumbersHaveADirectionToo() {
    assertThat(Arrays.toString(read("[1e-11, 0, 0]").sound())).isEqualTo("[1.0E-11, 0.0, 0.0]");
  }
}
