package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import io.braid.encoder.Precision;
import io.braid.modality.Sample;
import io.braid.model.ModelConfig;
import io.braid.plain.Deviation;
import io.braid.plain.GoldenCase;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The published implementation's numbers, through import and embed, in every form of each. */
class GoldenApiTest extends ApiTest {
  static final List<String> CASES = GoldenCase.NAMES;

  /** Largest difference, relative to the largest value of the expected tensor. */
  private static final double TOLERANCE = 1e-5;

  /** How a request and its answer are written. */
  enum Exchange {
    JSON(SampleForm.ARRAYS, Api.JSON, Api.JSON, "float"),
    BY_NAME(SampleForm.NAMES, Api.JSON, Api.CBOR, "float"),
    BASE64(SampleForm.TENSORS, Api.JSON, Api.JSON, "base64"),
    CBOR(SampleForm.ARRAYS, Api.CBOR, Api.CBOR, "float"),
    CBOR_BYTES(SampleForm.BYTES, Api.CBOR, Api.CBOR, "base64");

    final SampleForm form;
    final String type;
    final String accept;
    final String encoding;

    Exchange(SampleForm form, String type, String accept, String encoding) {
      this.form = form;
      this.type = type;
      this.accept = accept;
      this.encoding = encoding;
    }
  }

  static Stream<Arguments> exchanges() {
    return CASES.stream()
        .flatMap(
            name -> Stream.of(Exchange.values()).map(exchange -> Arguments.of(name, exchange)));
  }

  @ParameterizedTest
  @MethodSource("exchanges")
  void rawEmbeddingsAreThePublishedOnes(String name, Exchange exchange) throws IOException {
    GoldenCase golden = GoldenCase.of(name);
    Map<Integer, Sample> samples = golden.batch().samples();
    JsonNode embeddings = embed(golden, imported(golden, Precision.FP32), exchange, false);
    int i = 0;
    for (var row : samples.entrySet()) {
      JsonNode embedding = embeddings.get(i++);
      Map<String, float[]> vectors = published(golden, embedding);
      assertThat(vectors).containsKey("fusion").containsKeys(unimodal(row.getValue()));
      for (var vector : vectors.entrySet()) {
        float[] expected = expected(golden, vector.getKey(), row.getKey());
        assertThat(Deviation.absolute(vector.getValue(), expected))
            .as("%s, row %d", vector.getKey(), row.getKey())
            .isLessThanOrEqualTo(TOLERANCE * scale(golden, vector.getKey()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("exchanges")
  void normalizedEmbeddingsAreThePublishedOnesAtUnitLength(String name, Exchange exchange)
      throws IOException {
    GoldenCase golden = GoldenCase.of(name);
    JsonNode embeddings = embed(golden, imported(golden, Precision.FP32), exchange, true);
    int i = 0;
    for (int row : golden.batch().samples().keySet()) {
      for (var vector : published(golden, embeddings.get(i++)).entrySet()) {
        float[] unit = expected(golden, vector.getKey(), row);
        double length = Vectors.length(unit);
        for (int d = 0; d < unit.length; d++) {
          unit[d] = (float) (unit[d] / length);
        }
        assertThat(Deviation.absolute(vector.getValue(), unit))
            .as("%s, row %d", vector.getKey(), row)
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void halfPrecisionIsClose(String name) throws IOException {
    GoldenCase golden = GoldenCase.of(name);
    JsonNode embeddings = embed(golden, imported(golden, Precision.BF16), Exchange.JSON, false);
    int i = 0;
    for (int row : golden.batch().samples().keySet()) {
      published(golden, embeddings.get(i++))
          .forEach((key, vector) ->
              assertThat(Vectors.cosine(vector, expected(golden, key, row)))
                  .as("%s, row %d", key, row)
                  .isGreaterThan(0.99));
    }
  }

  private static String[] unimodal(Sample sample) {
    return sample.modalities().keySet().stream()
        .map(modality -> "unimodal/" + modality)
        .toArray(String[]::new);
  }

  /** The model of a case, which is imported once. */
  private String imported(GoldenCase golden, Precision precision) throws IOException {
    String model = golden + "-" + precision;
    if (api().get("/v1/models/" + model).status() == 404) {
      String config = new ModelConfig(golden.config(), Optional.of(precision)).toYaml();
      byte[] weights =
          Files.readAllBytes(
              Path.of("src/test/resources/golden", golden.toString(), "weights.safetensors"));
      Answer answer = api().importVersion(model, Part.config(config), Part.weights(weights));
      assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    }
    return model;
  }

  private JsonNode embed(GoldenCase golden, String model, Exchange exchange, boolean normalize) {
    var samples =
        golden.batch().samples().values().stream()
            .map(sample -> exchange.form.write(golden.config().schema(), sample))
            .toList();
    var request =
        Map.of(
            "samples",
            samples,
            "outputs",
            List.of("fusion", "unimodal", "channels"),
            "normalize",
            normalize,
            "encoding",
            exchange.encoding);
    byte[] body =
        exchange.type.equals(Api.CBOR)
            ? Api.CBOR_MAPPER.writeValueAsBytes(request)
            : Api.JSON_MAPPER.writeValueAsBytes(request);
    Answer answer =
        api()
            .send(
                "POST",
                "/v1/models/" + model + "/embed",
                BodyPublishers.ofByteArray(body),
                "Content-Type",
                exchange.type,
                "Accept",
                exchange.accept);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.type()).isEqualTo(exchange.accept);
    JsonNode embeddings = answer.body().path("embeddings");
    assertThat(embeddings.valueStream().map(e -> e.path("id").asString()))
        .isEqualTo(samples.stream().map(sample -> sample.get("id")).toList());
    return embeddings;
  }

  /** The vectors that the published implementation keeps: without channel losses, not all. */
  private static Map<String, float[]> published(GoldenCase golden, JsonNode embedding) {
    Map<String, float[]> vectors = Vectors.all(embedding);
    if (!golden.fcl()) {
      vectors.keySet().removeIf(name -> !golden.outputNames().contains(key(golden, name)));
    }
    return vectors;
  }

  /** The name of a vector in the golden case. */
  private static String key(GoldenCase golden, String vector) {
    String[] kindAndName = vector.split("/", 2);
    return switch (kindAndName[0]) {
      case "fusion" -> "fusion";
      case "unimodal" -> kindAndName[1];
      default ->
          Arrays.stream(kindAndName[1].split("\\+"))
              .map(modality -> golden.config().schema().names().indexOf(modality))
              .map(String::valueOf)
              .collect(Collectors.joining("_", "fusion.", ""));
    };
  }

  private static float[] expected(GoldenCase golden, String vector, int row) {
    int dim = golden.config().embeddingDim();
    float[] all = golden.output(key(golden, vector));
    return Arrays.copyOfRange(all, row * dim, (row + 1) * dim);
  }

  private static double scale(GoldenCase golden, String vector) {
    double largest = 0;
    for (float value : golden.output(key(golden, vector))) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
