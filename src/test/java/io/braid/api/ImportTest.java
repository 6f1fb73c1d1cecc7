package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import io.braid.model.ModelConfig;
import io.braid.plain.GoldenCase;
import io.braid.torch.RawTensor;
import io.braid.torch.Safetensors;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints and configs that are taken, and those that are refused, with all that is wrong. */
class ImportTest extends ApiTest {
  static final List<String> CASES = GoldenCase.NAMES;

  private static final Set<String> BUFFERS =
      Set.of("attn_mask", "pool_mask", "token_types", "return_token_types", "fusion_mask");

  private static final String SMALL =
      """
      architecture: mca
      embedding_dim: 8
      layers: 1
      heads: 2
      head_dim: 4
      modalities:
        - {name: gene, type: tabular, columns: 3}
        - {name: audio, type: sequence, features: 2, max_length: 5}
      """;

  @TempDir private Path folder;

  private Answer post(Part... parts) {
    return api().importVersion("refused", parts);
  }

  /** The faults that are told of {@code part}. */
  private static List<String> details(Answer answer, String part) {
    return answer
        .body()
        .path("errors")
        .valueStream()
        .filter(error -> error.path("pointer").asString().equals(part))
        .map(error -> error.path("detail").asString())
        .toList();
  }

  private void assertRefused(Answer answer) {
    assertProblem(answer, 422);
    assertThat(api().get("/v1/models/refused").status()).isEqualTo(404);
  }

  private static Safetensors masks(String name) {
    return Safetensors.open(Path.of("src/test/resources/golden", name, "masks.safetensors"));
  }

  /** The checkpoint of a golden case after some change. */
  private byte[] changed(GoldenCase golden, Consumer<Map<String, RawTensor>> change)
      throws IOException {
    var tensors = new LinkedHashMap<String, RawTensor>();
    golden
        .weights()
        .entries()
        .keySet()
        .forEach(name -> tensors.put(name, RawTensor.of(golden.weights(), name)));
    change.accept(tensors);
    Path file = folder.resolve("model.safetensors");
    RawTensor.write(file, tensors);
    return Files.readAllBytes(file);
  }

  private static Part config(GoldenCase golden) {
    return Part.config(new ModelConfig(golden.config(), Optional.empty()).toYaml());
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void aCheckpointWithItsBuffersLoads(String name) throws IOException {
    GoldenCase golden = GoldenCase.of(name);
    byte[] weights =
        changed(
            golden,
            tensors -> {
              Safetensors masks = masks(name);
              masks.entries().keySet().stream()
                  .filter(BUFFERS::contains)
                  .forEach(buffer -> tensors.put(buffer, RawTensor.of(masks, buffer)));
            });
    Answer answer = api().importVersion("buffers-" + name, config(golden), Part.weights(weights));
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    assertThat(answer.header("Location")).isEqualTo("/v1/models/buffers-" + name + "/versions/1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"attn_mask", "pool_mask", "token_types"})
  void aCheckpointWithAnotherMaskIsRefused(String mask) throws IOException {
    GoldenCase golden = GoldenCase.of("mca_mixed");
    byte[] weights =
        changed(
            golden,
            tensors -> {
              RawTensor right = RawTensor.of(masks("mca_mixed"), mask);
              byte[] bytes = new byte[right.bytes().remaining()];
              right.bytes().duplicate().get(bytes);
              bytes[8] ^= 1;
              tensors.put(
                  mask, new RawTensor(right.dtype(), right.shape(), ByteBuffer.wrap(bytes)));
            });
    Answer answer = post(config(golden), Part.weights(weights));
    assertRefused(answer);
    assertThat(details(answer, "weights")).singleElement().asString().contains(mask);
  }

  @Test
  void eachParameterThatIsMissingExtraOrMisshapenIsNamed() throws IOException {
    GoldenCase golden = GoldenCase.of("mca_tabular2");
    byte[] weights =
        changed(
            golden,
            tensors -> {
              tensors.remove("norm.gamma");
              tensors.remove("layers.0.attn.to_q.weight");
              tensors.put("classifier.weight", floats(1, 2));
              tensors.put("return_tokens", floats(1, 2, 3));
            });
    Answer answer = post(config(golden), Part.weights(weights));
    assertRefused(answer);
    assertThat(details(answer, "weights"))
        .hasSize(4)
        .anySatisfy(fault -> assertThat(fault).contains("norm.gamma").contains("missing"))
        .anySatisfy(fault -> assertThat(fault).contains("layers.0.attn.to_q").contains("missing"))
        .anySatisfy(fault -> assertThat(fault).contains("classifier.weight").contains("unknown"))
        .anySatisfy(fault -> assertThat(fault).contains("return_tokens").contains("shape"));
  }

  private static RawTensor floats(float... elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(elements);
    return new RawTensor("F32", List.of((long) elements.length), bytes);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsThatAreNotFiniteAreRefused(float bad) throws IOException {
    GoldenCase golden = GoldenCase.of("mca_tabular2");
    byte[] weights =
        changed(
            golden,
            tensors -> {
              RawTensor right = Objects.requireNonNull(tensors.get("norm.gamma"));
              ByteBuffer bytes =
                  ByteBuffer.allocate(right.bytes().remaining())
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .put(right.bytes().duplicate());
              bytes.putFloat(12, bad).rewind();
              tensors.put("norm.gamma", new RawTensor("F32", right.shape(), bytes));
            });
    Answer answer = post(config(golden), Part.weights(weights));
    assertRefused(answer);
    assertThat(details(answer, "weights"))
        .singleElement()
        .asString()
        .contains("norm.gamma")
        .contains("element 3");
  }

  @Test
  void everythingThatIsNoSafetensorsIsRefused() {
    byte[] good = weights(SMALL, 1);
    byte[] longHeader = good.clone();
    Arrays.fill(longHeader, 0, 8, (byte) 0x7f);
    byte[] garbage = new byte[1000];
    Arrays.fill(garbage, (byte) 0xa5);
    for (byte[] bad :
        List.of(
            new byte[0],
            new byte[7],
            new byte[8],
            garbage,
            longHeader,
            "{}".getBytes(UTF_8),
            Arrays.copyOf(good, 100),
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length + 1))) {
      Answer answer = post(Part.config(SMALL), Part.weights(bad));
      assertRefused(answer);
      assertThat(answer.pointers()).containsExactly("weights");
    }
  }

  @Test
  void aMissingPartIsNamed() {
    Part config = Part.config(SMALL);
    Part weights = Part.weights(weights(SMALL, 1));
    assertThat(post(weights).pointers()).containsExactly("config");
    assertThat(post(config).pointers()).containsExactly("weights");
    Answer neither = post(new Part("other", "x", new byte[] {1}));
    assertRefused(neither);
    assertThat(neither.pointers()).containsExactly("config", "weights");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPPER", ".hidden", "-x", "a%20b", "a%C3%A9"})
  void aNameThatIsNoneIsRefused(String name) {
    Answer answer = api().importVersion(name, Part.config(SMALL), Part.weights(weights(SMALL, 1)));
    assertFault(answer, 422, "model");
  }

  @Test
  void aNameMayHave64Characters() {
    Part[] parts = {Part.config(SMALL), Part.weights(weights(SMALL, 1))};
    assertThat(api().importVersion("n".repeat(64), parts).status()).isEqualTo(201);
    assertFault(api().importVersion("n".repeat(65), parts), 422, "model");
  }

  @Test
  void aFieldThatIsNoFileIsAMissingPart() {
    String body =
        "--b\r\nContent-Disposition: form-data; name=\"config\"\r\n\r\nlayers: 1\r\n--b--\r\n";
    Answer answer =
        api()
            .post(
                "/v1/models/refused/versions",
                "multipart/form-data; boundary=b",
                body.getBytes(UTF_8));
    assertRefused(answer);
    assertThat(answer.pointers()).containsExactly("config", "weights");
  }

  @Test
  void aBodyThatIsNoFormIsRefused() {
    String path = "/v1/models/refused/versions";
    assertProblem(api().post(path, "{}"), 415);
    assertProblem(api().post(path, "multipart/form-data", new byte[3]), 400);
    for (String body : new String[] {"abc", "--b\r\nContent-Dispo", "--b\r\n\r\n", "--b--"}) {
      Answer answer = api().post(path, "multipart/form-data; boundary=b", body.getBytes(UTF_8));
      assertThat(answer.status()).as("%s", answer).isIn(400, 422);
      assertProblem(answer, answer.status());
    }
    assertProblem(api().send("PUT", path, BodyPublishers.noBody()), 405);
  }
}
