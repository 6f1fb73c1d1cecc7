package io.braid.modality;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
record TensorObjectTest(Wire wire) {
  private static final Modality STEPS = new Modality.Sequence("m", 2, 100);

  private List<Fault> faults(String value) {
    return wire.read(STEPS, value).faults();
  }

  @Test
  void fieldsComeInAnyOrder() {
    assertThat(
            wire.read(STEPS, "{'base64': 'AACAPwAAAEA=', 'shape': [1, 2], 'dtype': 'F32'}")
                .features())
        .isEqualTo(new Features.Steps(FloatMatrix.of(1, 2, 1, 2)));
  }

  @Test
  void refusesUnknownTypes() {
    assertThat(faults("{'dtype': 'F16', 'shape': [1, 2], 'base64': 'AACAPwAAAEA='}"))
        .containsExactly(new Fault("/m/dtype", "expected F32, F64, I32 or I64, got 'F16'"));
  }

  @Test
  void refusesAMissingField() {
    assertThat(faults("{'dtype': 'F32', 'shape': [1, 2]}"))
        .containsExactly(new Fault("/m", "a tensor needs 'dtype', 'shape' and 'base64'"));
    assertThat(faults("{}"))
        .containsExactly(new Fault("/m", "a tensor needs 'dtype', 'shape' and 'base64'"));
  }

  @Test
  void refusesUnknownFields() {
    assertThat(
            faults("{'dtype': 'F32', 'order': [[1]], 'shape': [1, 2], 'base64': 'AACAPwAAAEA='}"))
        .extracting(Fault::pointer)
        .containsExactly("/m/order");
  }

  @Test
  void refusesAnotherNumberOfBytesThanTheShapeTakes() {
    assertThat(faults("{'dtype': 'F32', 'shape': [2, 2], 'base64': 'AACAPwAAAEA='}"))
        .containsExactly(
            new Fault("/m/base64", "expected 4 elements of 4 bytes for F32 [2, 2], got 8 bytes"));
  }

  @Test
  void aHugeShapeOnASmallBodyCostsNothing() {
    assertThat(faults("{'dtype': 'F64', 'shape': [2147483646, 2], 'base64': 'AACAPwAAAEA='}"))
        .extracting(Fault::pointer)
        .containsExactly("/m/base64");
    Modality patches = new Modality.Patches("m", 1, 1, 4);
    assertThat(
            wire.read(patches, "{'dtype': 'F64', 'shape': [2147483646, 2147483646], 'base64': ''}")
                .faults())
        .extracting(Fault::pointer)
        .containsExactly("/m/base64");
  }

  @Test
  void refusesSizesThatAreNone() {
    assertThat(faults("{'dtype': 'F32', 'shape': [-1, 2], 'base64': ''}"))
        .extracting(Fault::pointer)
        .containsExactly("/m/shape/0");
    assertThat(faults("{'dtype': 'F32', 'shape': [99999999999999999999, 2], 'base64': ''}"))
        .extracting(Fault::pointer)
        .containsExactly("/m/shape/0");
    assertThat(faults("{'dtype': 'F32', 'shape': 3, 'base64': ''}"))
        .containsExactly(new Fault("/m/shape", "expected an array of sizes, got 3"));
  }

  @Test
  void refusesOtherAlphabetsAndReadsOn() {
    String tensor = "{'dtype': 'F32', 'shape': [1, 2], 'base64': '%s'}";
    for (String broken :
        List.of("AACAPwAA#EA=", "AACAPwAAAE", "AACAPw AAAEA", "AACAPwAA\u00e9EA=")) {
      Wire.Read read =
          wire.read(wire.bytes("{'m': " + tensor.formatted(broken) + ", 'other': 1}"), STEPS);
      assertThat(read.faults())
          .extracting(Fault::pointer)
          .as(broken)
          .containsExactly("/m/base64", "/other");
    }
  }

  @Test
  void refusesBase64ThatIsNoString() {
    assertThat(faults("{'dtype': 'F32', 'shape': [1, 2], 'base64': [1]}"))
        .containsExactly(new Fault("/m/base64", "expected base64, got an array"));
  }
}
