package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.braid.encoder.Architecture;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Precision;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Standardization;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigReaderTest {
  private static final String EVERY_KIND =
      """
      architecture: mca
      embedding_dim: 16
      layers: 2
      heads: 3
      head_dim: 4
      feed_forward_multiplier: 2
      fusion_tokens: 52
      channels: [5, 3, 2, 4]
      pooling: attention
      precision: bf16
      modalities:
        - {name: gene, type: tabular, columns: [A, "1", no], max_value: 2.5}
        - {name: COVAREP, type: sequence, features: 74, max_length: 15}
        - {name: text, type: tokens, vocabulary: 300, max_length: 12}
        - {name: counts, type: sparse_tabular, vocabulary: 366, max_length: 20, max_value: 100}
        - {name: spectro, type: patches, patch: [16, 8], max_length: 64}
      """;

  @Test
  void everyKeyIsRead() {
    ModelConfig config = TestConfigs.read(EVERY_KIND);
    EncoderConfig encoder = config.encoder();
    assertThat(config.precision()).contains(Precision.BF16);
    assertThat(encoder.architecture()).isEqualTo(Architecture.MCA);
    assertThat(encoder.embeddingDim()).isEqualTo(16);
    assertThat(encoder.layers()).isEqualTo(2);
    assertThat(encoder.heads()).isEqualTo(3);
    assertThat(encoder.headDim()).isEqualTo(4);
    assertThat(encoder.feedForwardMultiplier()).isEqualTo(2);
    assertThat(encoder.fusionTokens()).isEqualTo(52);
    assertThat(encoder.channelSizes()).containsExactly(5, 3, 2, 4);
    assertThat(encoder.schema().modalities())
        .containsExactly(
            new Modality.Tabular("gene", List.of("A", "1", "no"), 2.5),
            new Modality.Sequence("COVAREP", 74, 15),
            new Modality.Tokens("text", 300, 12),
            new Modality.SparseTabular("counts", Modality.unnamed(366), 20, 100),
            new Modality.Patches("spectro", 16, 8, 64));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    for (String text : List.of(EVERY_KIND, TestConfigs.SMALL)) {
      ModelConfig config = TestConfigs.read(text);
      assertThat(TestConfigs.read(config.toYaml())).isEqualTo(config);
      assertThat(TestConfigs.read(config.toJson())).isEqualTo(config);
      assertThat(TestConfigs.read(config.toYaml()).toYaml()).isEqualTo(config.toYaml());
    }
  }

  private static final String STANDARDISED =
      TestConfigs.SMALL
          .replace("columns: 3", "columns: 3, mean: [0.1, -7, 1e10], deviation: [1e-45, 2.5, 3e38]")
          .replace("features: 2", "features: 2, mean: [0, 1.5], deviation: [16777217, 0.3333333]");

  @Test
  void meanAndDeviationAreReadAndReadBackToTheSameFloats() {
    ModelConfig config = TestConfigs.read(STANDARDISED);
    assertThat(config.encoder().schema().modalities())
        .extracting(Modality::standardization)
        .containsExactly(
            Optional.of(
                Standardization.of(
                    new float[] {.1f, -7, 1e10f}, new float[] {Float.MIN_VALUE, 2.5f, 3e38f})),
            Optional.of(
                Standardization.of(new float[] {0, 1.5f}, new float[] {16777216, .3333333f})));
    assertThat(config.toYaml()).contains("mean:\n  - 0.1\n  - -7.0\n  - 1.0E10\n");
    assertThat(TestConfigs.read(config.toYaml())).isEqualTo(config);
    assertThat(TestConfigs.read(config.toJson())).isEqualTo(config);
  }

  @Test
  void anyFloatIsReadBackAsItself() {
    var random = new Random(1);
    var mean = new float[1000];
    var deviation = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      deviation[i] = Float.intBitsToFloat(random.nextInt(1, 0x7f800000));
      mean[i] = (i % 2 == 0 ? 1 : -1) * Float.intBitsToFloat(random.nextInt(0x7f800000));
    }
    mean[0] = 0x1.5c87fap-84f; // whose shortest decimal, 7.038531E-26, is not the same as a double
    EncoderConfig small = TestConfigs.small().encoder();
    var wide =
        new Modality.Sequence(
            "wide", mean.length, 5, Optional.of(Standardization.of(mean, deviation)));
    var config =
        new ModelConfig(
            new EncoderConfig(
                small.architecture(),
                small.embeddingDim(),
                small.layers(),
                small.heads(),
                small.headDim(),
                small.feedForwardMultiplier(),
                small.fusionTokens(),
                List.of(1),
                new ModalitySchema(List.of(wide))),
            Optional.empty());
    assertThat(TestConfigs.read(config.toYaml())).isEqualTo(config);
    assertThat(TestConfigs.read(config.toJson())).isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mean: [1, 2, 3]                               | /modalities/0/deviation
          deviation: [1, 2, 3]                          | /modalities/0/mean
          mean: 0, deviation: [1, 2, 3]                 | /modalities/0/mean
          mean: [1, 2], deviation: [1, 2, 3]            | /modalities/0/mean
          mean: [1, 2, 3], deviation: [1, 2, 3, 4]      | /modalities/0/deviation
          mean: [1, 2, 3], deviation: [1, 0, -2]        | /modalities/0/deviation/1 /modalities/0/deviation/2
          mean: [1, 2, 3], deviation: [1, 1e-60, 3]     | /modalities/0/deviation/1
          mean: [1, x, 1e39], deviation: [1, 2, null]   | /modalities/0/mean/1 /modalities/0/mean/2 /modalities/0/deviation/2
          """)
  void aMeanOrDeviationThatDoesNotFitIsRefused(String keys, String pointers) {
    String config = TestConfigs.SMALL.replace("columns: 3", "columns: 3, " + keys);
    assertThat(faults(config)).extracting(Fault::pointer).containsExactly(pointers.split(" "));
  }

  @Test
  void onlyTablesAndSequencesAreStandardised() {
    String config =
        EVERY_KIND.replace("patch: [16, 8],", "patch: [16, 8], mean: [0], deviation: [1],");
    assertThat(faults(config))
        .extracting(Fault::pointer)
        .containsExactly("/modalities/4/mean", "/modalities/4/deviation");
  }

  @Test
  void whatIsLeftOutTakesThePapersValue() {
    EncoderConfig config = defaults("mca", 4);
    assertThat(config.embeddingDim()).isEqualTo(512);
    assertThat(config.layers()).isEqualTo(5);
    assertThat(config.heads()).isEqualTo(8);
    assertThat(config.headDim()).isEqualTo(64);
    assertThat(config.feedForwardMultiplier()).isEqualTo(4);
    assertThat(((Modality.Tabular) config.schema().modalities().getFirst()).maxValue())
        .isEqualTo(10_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mca   | 1 | 1       | 8
          mca   | 2 | 2       | 8
          mca   | 3 | 3, 2    | 32
          mca   | 4 | 4, 3, 2 | 88
          mca   | 5 | 5, 3, 2 | 168
          zorro | 4 | 4       | 88
          eao   | 4 | 2       | 0
          """)
  void channelsAndFusionTokensFollowTheArchitecture(
      String architecture, int modalities, String channels, int fusionTokens) {
    EncoderConfig config = defaults(architecture, modalities);
    assertThat(config.channelSizes()).asString().isEqualTo("[" + channels + "]");
    assertThat(config.fusionTokens()).isEqualTo(fusionTokens);
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    assertThat(
            faults(
                """
                architecture: mca
                embedding_dim: 0
                layers: three
                colour: blue
                channels: [3, 2, 2]
                fusion_tokens: 7
                modalities:
                  - {name: gene, type: tabular, columns: 0}
                  - {name: gene, type: sequence, features: 2}
                  - {name: a+b, type: video, columns: 2}
                """))
        .containsExactly(
            new Fault("/embedding_dim", "0, expected a whole number from 1 to 8192"),
            new Fault("/layers", "\"three\", expected a whole number from 1 to 128"),
            new Fault("/modalities/0/columns", "0, expected a whole number from 1 to 262144"),
            new Fault("/modalities/1/name", "'gene' is there twice"),
            new Fault(
                "/modalities/1/max_length", "missing, expected a whole number from 1 to 262144"),
            new Fault("/modalities/2/name", "'a+b', expected [A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
            new Fault(
                "/modalities/2/type",
                "\"video\", expected one of [tabular, sequence, tokens, sparse_tabular, patches]"),
            new Fault("/channels/2", "2 is there twice"),
            new Fault(
                "/colour",
                "unknown, expected some of [architecture, embedding_dim, layers, heads, head_dim,"
                    + " feed_forward_multiplier, modalities, precision, pooling, channels,"
                    + " fusion_tokens]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          fusion_tokens: 5                          | /fusion_tokens | 5, expected a multiple of the 4 channels
          channels: [4]                             | /channels/0    | 4, expected a whole number from 1 to 3
          channels: []                              | /channels      | [], expected a list of 1 to 16 whole numbers
          pooling: mean                             | /pooling       | "mean", expected one of [attention]
          precision: fp16                           | /precision     | "fp16", expected one of [fp32, bf16]
          heads: 8.5                                | /heads         | 8.5, expected a whole number from 1 to 256
          heads: 99999999999999999999               | /heads         | 99999999999999999999, expected a whole number from 1 to 256
          """)
  void aFaultHasItsPointer(String line, String pointer, String detail) {
    assertThat(faults(withLine("mca", line))).containsExactly(new Fault(pointer, detail));
  }

  @Test
  void fusionIsAsTheArchitectureHasIt() {
    assertThat(faults(withLine("zorro", "channels: [3, 2]")))
        .containsExactly(new Fault("/channels", "[3, 2], expected [3] for zorro"));
    assertThat(faults(withLine("eao", "fusion_tokens: 8")))
        .containsExactly(new Fault("/fusion_tokens", "8, expected a whole number from 0 to 0"));
    assertThat(faults(withLine("eao", "pooling: attention")))
        .containsExactly(new Fault("/pooling", "\"attention\", expected one of [mean]"));
  }

  @Test
  void absurdSizesAreRefused() {
    assertThat(faults(config("mca", 16) + "channels: [8]\n"))
        .contains(new Fault("/channels", "[8] make more than 1024 channels"));
    assertThat(
            faults(
                """
                architecture: eao
                modalities:
                  - {name: a, type: sequence, features: 2, max_length: 200000}
                  - {name: b, type: sequence, features: 2, max_length: 200000}
                """))
        .containsExactly(
            new Fault("/modalities", "400000 tokens a sample with its fusion, at most 262144"));
    assertThat(faults(config("mca", 17)))
        .containsExactly(new Fault("/modalities", "expected a list of 1 to 16 modalities"));
  }

  @Test
  void positionsNeedAnEvenWidth() {
    assertThat(
            faults(
                """
                architecture: eao
                embedding_dim: 9
                modalities: [{name: a, type: sequence, features: 2, max_length: 2}]
                """))
        .containsExactly(new Fault("/embedding_dim", "9, expected an even number for positions"));
  }

  @Test
  void modalitiesWhoseParametersWouldShareANameAreRefused() {
    assertThat(
            faults(
                """
                architecture: eao
                modalities:
                  - {name: a, type: tokens, vocabulary: 5, max_length: 5}
                  - {name: a.token_encoder, type: patches, patch: [1, 1], max_length: 5}
                """))
        .extracting(Fault::pointer)
        .containsExactly("/modalities");
  }

  @Test
  void columnsMayBeNamedOnce() {
    assertThat(faults(withModality("{name: m, type: tabular, columns: [a, b, a, 3]}")))
        .containsExactly(
            new Fault("/modalities/3/columns/2", "\"a\" is there twice"),
            new Fault("/modalities/3/columns/3", "3, expected a name of 1 to 256 characters"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "just text",
        "{",
        "a: [",
        "{\"architecture\": \"mca\", \"architecture\": \"mca\"}",
        "a: 1\na: 2",
        "a: 1\n---\nb: 2",
        "a: &x [1]\nb: *x",
        "a: NaN",
        "{\"a\": NaN}"
      })
  void whatIsNoConfigIsRefused(String text) {
    assertThat(faults(text)).isNotEmpty();
  }

  @Test
  void anAliasBombIsRefusedBeforeItIsRead() {
    var bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(faults(bomb.toString()))
        .containsExactly(new Fault("config", "YAML anchors and aliases are not read here"));
  }

  @Test
  void aConfigOverTheLimitIsRefused() {
    byte[] large = " ".repeat((1 << 20) + 1).getBytes(StandardCharsets.UTF_8);
    BraidException thrown =
        catchThrowableOfType(
            BraidException.class, () -> TestConfigs.reader().read("config.yaml", large));
    assertThat(thrown.kind()).isEqualTo(ProblemKind.TOO_LARGE);
  }

  @Test
  void theFileNameTellsTheFormat() {
    byte[] json = TestConfigs.small().toJson().getBytes(StandardCharsets.UTF_8);
    byte[] yaml = TestConfigs.small().toYaml().getBytes(StandardCharsets.UTF_8);
    ModelConfigReader reader = TestConfigs.reader();
    assertThat(reader.read("config.JSON", json)).isEqualTo(TestConfigs.small());
    assertThat(reader.read("config.yml", yaml)).isEqualTo(TestConfigs.small());
    assertThat(catchThrowableOfType(BraidException.class, () -> reader.read("x.json", yaml)))
        .hasMessageStartingWith("config: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcga", "cmu-mosei"})
  void thePresetsAreThePapersNetwork(String preset) throws IOException {
    String text = Files.readString(Path.of("models/presets", preset + ".yaml"));
    EncoderConfig config = TestConfigs.read(text).encoder();
    assertThat(config.channels()).hasSize(11);
    assertThat(config.fusionTokensPerChannel()).isEqualTo(8);
    assertThat(config.schema().maxTokens()).isEqualTo(preset.equals("tcga") ? 2460 : 2450);
    assertThat(TestConfigs.read(text).precision()).isEqualTo(Optional.empty());
  }

  private static EncoderConfig defaults(String architecture, int modalities) {
    return TestConfigs.read(config(architecture, modalities)).encoder();
  }

  private static String config(String architecture, int modalities) {
    var text = new StringBuilder("architecture: " + architecture + "\nmodalities:\n");
    IntStream.range(0, modalities)
        .forEach(m -> text.append("  - {name: m" + m + ", type: tabular, columns: 2}\n"));
    return text.toString();
  }

  private static String withLine(String architecture, String line) {
    return config(architecture, 3) + line + "\n";
  }

  private static String withModality(String modality) {
    return config("mca", 3) + "  - " + modality + "\n";
  }

  private static List<Fault> faults(String text) {
    return catchThrowableOfType(BraidException.class, () -> TestConfigs.read(text)).faults();
  }
}
