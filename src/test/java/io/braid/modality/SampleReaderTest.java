package io.braid.modality;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.Fault;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.JsonToken;

@ParameterizedClass
@EnumSource
record SampleReaderTest(Wire wire) {
  private static final SampleReader READER =
      new SampleReader(
          new ModalitySchema(
              List.of(
                  new Modality.Tabular("gene", List.of("a", "b"), 100),
                  new Modality.Tokens("text", 10, 4))));

  /** Reads {@code [sample, ...]} at {@code /samples}. */
  private List<Optional<Sample>> read(String samples, List<Fault> faults) {
    return Wire.BODIES.read(
        new ByteArrayInputStream(wire.bytes("{'samples': [" + samples + "]}")),
        wire.type,
        parser -> {
          List<Optional<Sample>> read = new ArrayList<>();
          parser.nextToken();
          parser.nextToken();
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            read.add(READER.read(parser, "/samples/" + read.size(), faults));
          }
          parser.nextToken();
          return read;
        });
  }

  private List<Fault> faults(String samples) {
    List<Fault> faults = new ArrayList<>();
    read(samples, faults);
    return faults;
  }

  private Sample sample(String json) {
    List<Fault> faults = new ArrayList<>();
    Optional<Sample> sample = read(json, faults).getFirst();
    assertThat(faults).isEmpty();
    return sample.orElseThrow();
  }

  @Test
  void readsASample() {
    Sample sample = sample("{'id': 'p17', 'modalities': {'text': [3], 'gene': [1, null]}}");
    assertThat(sample.id()).contains("p17");
    assertThat(sample.modalities().keySet()).containsExactly("gene", "text");
    assertThat(sample.tokens()).isEqualTo(2);
  }

  @Test
  void aNullModalityIsAbsent() {
    assertThat(sample("{'modalities': {'text': [3], 'gene': null}}").modalities())
        .containsOnlyKeys("text");
  }

  @Test
  void theIdIsOptional() {
    assertThat(sample("{'modalities': {'text': [3]}}").id()).isEmpty();
    assertThat(sample("{'id': null, 'modalities': {'text': [3]}}").id()).isEmpty();
  }

  @Test
  void warningsTravelWithTheSample() {
    assertThat(sample("{'modalities': {'text': [3, 0]}}").warnings()).hasSize(1);
  }

  @Test
  void refusesIdsThatAreNoString() {
    assertThat(faults("{'id': 7, 'modalities': {'text': [3]}}"))
        .containsExactly(new Fault("/samples/0/id", "expected a string, got 7"));
    assertThat(faults("{'id': ['x'], 'modalities': {'text': [3]}}"))
        .containsExactly(new Fault("/samples/0/id", "expected a string, got an array"));
  }

  @Test
  void refusesIdsThatAreTooLong() {
    assertThat(faults("{'id': '" + "x".repeat(513) + "', 'modalities': {'text': [3]}}"))
        .containsExactly(new Fault("/samples/0/id", "513 characters, at most 512"));
  }

  @Test
  void refusesUnknownModalitiesAndNamesTheKnown() {
    assertThat(faults("{'modalities': {'text': [3], 'x~y': {'a': [1]}}}"))
        .containsExactly(
            new Fault("/samples/0/modalities/x~0y", "unknown modality; the model has gene, text"));
  }

  @Test
  void refusesUnknownModalitiesThatAreNull() {
    assertThat(faults("{'modalities': {'text': [3], 'x': null}}")).hasSize(1);
  }

  @Test
  void refusesASampleWithNoModality() {
    String detail = "no modality is present, give at least one of gene, text";
    assertThat(faults("{'modalities': {'gene': null}}, {'modalities': {}}, {}"))
        .containsExactly(
            new Fault("/samples/0/modalities", detail),
            new Fault("/samples/1/modalities", detail),
            new Fault("/samples/2", detail));
  }

  @Test
  void refusesUnknownFields() {
    assertThat(faults("{'modalities': {'text': [3]}, 'label': {'a': 1}}"))
        .containsExactly(
            new Fault("/samples/0/label", "unknown field; a sample has 'id' and 'modalities'"));
  }

  @Test
  void findsTheFaultsOfAllSamplesAndReadsTheRest() {
    List<Fault> faults = new ArrayList<>();
    List<Optional<Sample>> samples =
        read(
            "7, {'modalities': [1]}, {'modalities': {'text': [3]}}, null,"
                + " {'modalities': {'gene': [1], 'text': [99]}}",
            faults);
    assertThat(faults)
        .extracting(Fault::pointer)
        .containsExactly(
            "/samples/0",
            "/samples/1/modalities",
            "/samples/3",
            "/samples/4/modalities/gene",
            "/samples/4/modalities/text/0");
    assertThat(samples)
        .extracting(Optional::isPresent)
        .containsExactly(false, false, true, false, false);
  }

  @Test
  void pointersStartWhereTheCallerSays() {
    List<Fault> faults = new ArrayList<>();
    Wire.BODIES.read(
        new ByteArrayInputStream(wire.bytes("{'modalities': {'gene': [1, 'x']}}")),
        wire.type,
        parser -> READER.read(parser, "/items/12", faults));
    assertThat(faults).extracting(Fault::pointer).containsExactly("/items/12/modalities/gene/1");
  }

  @Test
  void faultsOfOneSampleAreBounded() {
    StringBuilder fields = new StringBuilder("'modalities': {'text': [3]}");
    for (int i = 0; i < 1000; i++) {
      fields.append(", 'f").append(i).append("': 1");
    }
    assertThat(faults("{" + fields + "}"))
        .hasSize(6)
        .last()
        .isEqualTo(new Fault("/samples/0", "995 more faults"));
  }
}
