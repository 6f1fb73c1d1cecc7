package io.braid.modality;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORMapper;

@ParameterizedClass
@EnumSource
record RawSampleTest(Wire wire) {
  private static final JsonMapper JSON = new JsonMapper();

  private static final SampleReader READER =
      new SampleReader(
          new ModalitySchema(
              List.of(
                  new Modality.Tabular("gene", List.of("a", "b"), 100),
                  new Modality.Sequence("steps", 2, 3),
                  new Modality.Tokens("text", 10, 4),
                  new Modality.SparseTabular("counts", List.of("x", "y", "z"), 3, 100),
                  new Modality.Patches("spectro", 1, 2, 4))));

  /** What became of a value, and what was wrong with it. */
  private record Read(Optional<RawSample.Given> given, List<Fault> faults) {
    RawSample raw() {
      assertThat(faults).isEmpty();
      return given.orElseThrow().raw();
    }
  }

  private Read read(byte[] body) {
    var faults = new ArrayList<Fault>();
    return Wire.BODIES.read(
        new ByteArrayInputStream(body),
        wire.type,
        parser -> new Read(RawSample.read(READER, parser, "/at", faults), faults));
  }

  private Read read(String modalities) {
    return read(wire.bytes(modalities));
  }

  private RawSample raw(String modalities) {
    return read(modalities).raw();
  }

  private static JsonNode tree(String json) {
    return JSON.readTree(json.replace('\'', '"'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'text':[1,2,3]}",
        "{'gene':[0.1,null]}",
        "{'gene':{'b':-2.5,'a':3}}",
        "{'steps':[[0.1,0.2],[null,4]],'gene':[1,2]}",
        "{'counts':{'indices':[2,0],'values':[1.5,2]}}",
        "{'counts':{'y':0.25}}",
        "{'spectro':[[1,2,3,4],[5,6,7,8]]}",
        "{'gene':{'dtype':'F32','shape':[2],'base64':'AACAPwAAAEA='}}",
        "{'text':{'shape':[1],'base64':'AQAAAA==','dtype':'I32'}}",
        "{'text':[1,2,3,4,5,6],'steps':[[1,2],[3,4],[5,6],[7,8]]}",
        "{'spectro':[[1,2]],'counts':{'z':1},'text':[1],'steps':[[1,2]],'gene':[1,2]}"
      })
  void whatIsKeptIsWhatWasSentAndReadsAsTheSame(String modalities) {
    Read read = read(modalities);
    RawSample raw = read.raw();
    assertThat(raw.toTree().toString()).isEqualTo(tree(modalities).toString());
    var faults = new ArrayList<Fault>();
    Optional<Modalities> again = raw.read(READER, "/again", faults);
    assertThat(faults).isEmpty();
    Modalities modalitiesRead = read.given().orElseThrow().modalities();
    assertThat(again.orElseThrow().present()).isEqualTo(modalitiesRead.present());
    assertThat(again.orElseThrow().warnings()).isEqualTo(modalitiesRead.warnings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "null",
        "[]",
        "'x'",
        "{'other':1}",
        "{'other':{'a':[1,{'b':2}]},'text':[1]}",
        "{'other':null}",
        "{'gene':[1]}",
        "{'gene':[1,2,3]}",
        "{'gene':['x',[1,[2]]]}",
        "{'gene':{'a':{},'c':[1]}}",
        "{'gene':true}",
        "{'gene':[1e39,-1e400]}",
        "{'gene':[1e16,1]}",
        "{'gene':[12345678901234567890123456789012345678901234567890,1]}",
        "{'steps':[[1],[2,3],null,{'a':1}]}",
        "{'text':[1.5,-1,99,'x',null,18446744073709551617]}",
        "{'text':[]}",
        "{'counts':{'indices':[1,1],'values':[1,2]}}",
        "{'counts':{'nobody':1,'x':null}}",
        "{'counts':{'indices':[9],'values':['x'],'more':[{}]}}",
        "{'spectro':[[1,2],[3]]}",
        "{'gene':{'dtype':'F16','shape':[2],'base64':'AACAPwAAAEA='}}",
        "{'gene':{'dtype':'F32','shape':[3],'base64':7,'more':{'a':1}}}",
        "{'gene':['a','b','c','d','e','f','g','h','i','j']}"
      })
  void faultsAreTheSameWithAndWithoutKeeping(String modalities) {
    var plain = new ArrayList<Fault>();
    Optional<Modalities> read =
        Wire.BODIES.read(
            new ByteArrayInputStream(wire.bytes(modalities)),
            wire.type,
            parser -> READER.readModalities(parser, "/at", plain));
    Read kept = read(modalities);
    assertThat(plain).isNotEmpty();
    assertThat(kept.faults()).isEqualTo(plain);
    assertThat(read).isEmpty();
    assertThat(kept.given()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'text':[1]}",
        "{'other':{'a':[1,{'b':2}]}}",
        "{'gene':[[1,[2]],{'a':1}]}",
        "{'gene':{'dtype':'F16','shape':[[2]],'base64':{'a':[]}}}",
        "[{'a':1},[2]]",
        "null",
        "3"
      })
  void theParserEndsOnTheLastTokenWhateverItRead(String modalities) {
    var faults = new ArrayList<Fault>();
    Optional<RawSample.Given> next =
        Wire.BODIES.read(
            new ByteArrayInputStream(wire.bytes("[" + modalities + ",{'text':[7]}]")),
            wire.type,
            parser -> {
              parser.nextToken();
              Optional<RawSample.Given> _ = RawSample.read(READER, parser, "/0", faults);
              assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
              Optional<RawSample.Given> second = RawSample.read(READER, parser, "/1", faults);
              assertThat(parser.nextToken()).isEqualTo(JsonToken.END_ARRAY);
              return second;
            });
    assertThat(next.orElseThrow().raw().toTree().toString()).isEqualTo("{\"text\":[7]}");
    assertThat(faults).noneMatch(fault -> fault.pointer().startsWith("/1"));
  }

  @Test
  void whatIsAbsentIsNotKept() {
    Read read = read("{'gene':[null,null],'steps':null,'text':[1],'counts':null}");
    assertThat(read.raw().toTree().toString()).isEqualTo("{\"text\":[1]}");
    assertThat(read.given().orElseThrow().modalities().absent())
        .isEqualTo(Set.of("gene", "steps", "counts"));
  }

  @Test
  void numbersStayWhatTheyAreReadAs() {
    float[] numbers = {0.1f, 1 / 3f, Float.MIN_VALUE, 1e15f, -0f, 16777217, 3.4028e14f};
    for (float number : numbers) {
      RawSample raw = raw("{'gene':[%s,%s]}".formatted(number, (double) number));
      JsonNode cells = RawSample.of(raw.toBytes()).toTree().path("gene");
      assertThat((float) cells.get(0).doubleValue()).isEqualTo(number);
      assertThat((float) cells.get(1).doubleValue()).isEqualTo(number);
    }
  }

  @Test
  void anUnreadableSampleThrowsAsItDoesWithoutKeeping() {
    byte[] whole = wire.bytes("{'gene':[1,2],'text':[1,2]}");
    for (int size = 1; size < whole.length; size++) {
      byte[] torn = java.util.Arrays.copyOf(whole, size);
      BraidException kept =
          org.junit.jupiter.api.Assertions.assertThrows(BraidException.class, () -> read(torn));
      BraidException plain =
          org.junit.jupiter.api.Assertions.assertThrows(
              BraidException.class,
              () ->
                  Wire.BODIES.read(
                      new ByteArrayInputStream(torn),
                      wire.type,
                      parser -> READER.readModalities(parser, "/at", new ArrayList<>())));
      assertThat(kept).hasMessage(plain.getMessage());
      assertThat(kept.faults()).isEqualTo(plain.faults());
    }
  }

  @Test
  void othersTakeThePlaceOfItsOwnOrStandBesideThem() {
    RawSample both = raw("{'gene':[1,2],'text':[1]}").with(raw("{'text':[2],'steps':[[1,2]]}"));
    assertThat(both.toTree()).isEqualTo(tree("{'gene':[1,2],'text':[2],'steps':[[1,2]]}"));
    assertThat(both.without(Set.of("gene", "counts")).toTree())
        .isEqualTo(tree("{'text':[2],'steps':[[1,2]]}"));
    assertThat(both.without(Set.of()).toTree()).isEqualTo(both.toTree());
    assertThat(both.without(Set.of("gene", "text", "steps")).toTree()).isEmpty();
  }

  @Test
  void bytesAreItsOwn() {
    RawSample raw = raw("{'text':[1]}");
    byte[] bytes = raw.toBytes();
    RawSample copy = RawSample.of(bytes);
    java.util.Arrays.fill(bytes, (byte) 0);
    assertThat(copy.toTree()).isEqualTo(raw.toTree());
  }

  @Test
  void faultsOfAStoredSampleAreThoseOfItsOrigin() {
    RawSample raw = raw("{'gene':[1,2],'text':[1]}");
    var other = new SampleReader(new ModalitySchema(List.of(new Modality.Tokens("text", 10, 4))));
    var faults = new ArrayList<Fault>();
    assertThat(raw.read(other, "/items/x~1y/modalities", faults)).isEmpty();
    assertThat(faults).extracting(Fault::pointer).containsExactly("/items/x~1y/modalities/gene");
  }

  @Test
  void byteStringsOfCborStayWhatTheyAre() {
    byte[] cells =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.5f).putFloat(2).array();
    ObjectNode sent = JSON.createObjectNode();
    ObjectNode tensor = sent.putObject("gene").put("dtype", "F32");
    tensor.put("base64", cells).putArray("shape").add(2);
    byte[] body =
        wire == Wire.CBOR ? new CBORMapper().writeValueAsBytes(sent) : JSON.writeValueAsBytes(sent);
    Read read = read(body);
    assertThat(read.raw().toTree().path("gene").path("base64").binaryValue()).isEqualTo(cells);
    var faults = new ArrayList<Fault>();
    assertThat(read.raw().read(READER, "", faults).orElseThrow().present())
        .isEqualTo(read.given().orElseThrow().modalities().present());
  }
}
