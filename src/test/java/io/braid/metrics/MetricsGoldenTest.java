package io.braid.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.modality.IntVector;
import io.braid.torch.Safetensors;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the published code's metrics are, section 9 of the README beside the golden cases. */
class MetricsGoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/metrics");
  private static final JsonNode EXPECTED =
      new JsonMapper().readTree(FOLDER.resolve("expected.json").toFile());

  private final Safetensors inputs = Safetensors.open(FOLDER.resolve("inputs.safetensors"));
  private final Embeddings source = embeddings("rep.source");
  private final Embeddings target = embeddings("rep.target");

  private final IntVector all = IntVector.range(source.rows());

  /** All rows, and those with mask 1. */
  private final Map<String, IntVector> rows = Map.of("all", all, "masked", masked());

  private Embeddings embeddings(String name) {
    var elements = new float[inputs.floats(name).remaining()];
    inputs.floats(name).get(elements);
    return Embeddings.of(16, elements);
  }

  private IntVector masked() {
    LongBuffer mask = inputs.longs("rep.mask");
    return IntVector.of(
        IntStream.range(0, mask.remaining()).filter(i -> mask.get(i) == 1).toArray());
  }

  @Test
  void alignmentAndUniformityAreThoseOfThePublishedCode() {
    var actual = new LinkedHashMap<String, Double>();
    rows.forEach((which, chosen) -> {
      Embeddings x = source.select(chosen);
      Embeddings y = target.select(chosen);
      measure(actual, which, "raw", x, y);
      measure(actual, which, "norm", x.unit(), y.unit());
    });
    JsonNode expected = EXPECTED.path("representation");
    assertThat(actual.keySet()).hasSize(20).containsAll(expected.propertyNames());
    actual.forEach((name, value) -> {
      double golden = expected.path(name).doubleValue();
      assertThat(value).as(name).isCloseTo(golden, within(1e-12 * Math.abs(golden)));
    });
  }

  private static void measure(
      Map<String, Double> into, String which, String how, Embeddings x, Embeddings y) {
    into.put(which + ".alignment." + how, Representation.alignment(x, y));
    into.put(which + ".uniformity_log.source." + how, Representation.uniformity(x));
    into.put(which + ".uniformity_log.target." + how, Representation.uniformity(y));
    into.put(which + ".uniformity_paper.source." + how, Representation.uniformityPaper(x));
    into.put(which + ".uniformity_paper.target." + how, Representation.uniformityPaper(y));
  }

  @Test
  void ranksAreThoseOfThePublishedCode() {
    LongBuffer expected = inputs.longs("rep.ranks");
    assertThat(Ranking.ranks(source, target, all).stream())
        .containsExactlyElementsOf(
            IntStream.range(0, 48).mapToObj(i -> (int) expected.get(i)).toList());
  }

  @Test
  void rankingsAreThoseOfThePublishedCode() {
    rows.forEach((which, chosen) -> {
      JsonNode expected = EXPECTED.path("ranking").path(which);
      assertThat(chosen.size()).isEqualTo(expected.path("queries").intValue());
      assertThat(target.rows()).isEqualTo(expected.path("candidates").intValue());
      assertThat(Ranking.of(Ranking.ranks(source.select(chosen), target, chosen)))
          .as(which)
          .isEqualTo(
              new Ranking(
                  expected.path("median_rank").doubleValue(),
                  expected.path("r1").doubleValue(),
                  expected.path("r5").doubleValue(),
                  expected.path("r10").doubleValue()));
    });
  }

  @Test
  void classificationIsThatOfThePublishedCode() {
    Logits logits = Logits.of(5, doubles("multiclass.logits"));
    IntVector labels = labels("multiclass.labels");
    Logits probabilities = logits.softmax();
    var confusion = Confusion.of(5, labels, logits.argMax());
    Classification all = Classification.of(logits, labels);
    JsonNode golden = EXPECTED.path("multiclass");
    var actual = new LinkedHashMap<String, Double>();
    actual.put("ap_macro", all.aupr());
    actual.put(
        "ap_macro_from_logits",
        confusion.macro(label -> logits.curves(label, labels).averagePrecision()));
    actual.put("ap_micro", probabilities.curves(labels).averagePrecision());
    // A sigmoid changes no order.
    actual.put("ap_micro_sigmoid", logits.curves(labels).averagePrecision());
    actual.put("auroc_ovr_macro", all.auroc());
    actual.put("auroc_micro_sigmoid", logits.curves(labels).auroc());
    actual.put("f1_macro", all.f1());
    actual.put("f1_micro", all.accuracy());
    actual.put("f1_weighted", confusion.weighted(confusion::f1));
    actual.put("precision_macro", confusion.macro(confusion::precision));
    actual.put("recall_macro", confusion.macro(confusion::recall));
    actual.put("accuracy", all.accuracy());
    actual.put("balanced_accuracy", confusion.macro(confusion::recall));
    actual.put("cross_entropy", all.crossEntropy());
    var perClass = new LinkedHashMap<String, IntToDoubleFunction>();
    perClass.put("ap_per_class", c -> probabilities.curves(c, labels).averagePrecision());
    perClass.put("auroc_per_class", c -> probabilities.curves(c, labels).auroc());
    perClass.put("f1_per_class", confusion::f1);
    for (int label = 0; label < 5; label++) {
      for (var each : perClass.entrySet()) {
        assertThat(each.getValue().applyAsDouble(label))
            .isCloseTo(golden.path(each.getKey()).get(label).doubleValue(), within(1e-9));
      }
      for (int predicted = 0; predicted < 5; predicted++) {
        assertThat(confusion.count(label, predicted))
            .isEqualTo(golden.path("confusion_matrix").get(label).get(predicted).intValue());
      }
    }
    var names = new HashSet<>(actual.keySet());
    names.addAll(perClass.keySet());
    names.add("confusion_matrix");
    check(golden, actual, names);
  }

  @Test
  void twoClassesAreTwoLogitsOneOfThemZero() {
    double[] scores = doubles("binary.scores");
    IntVector labels = labels("binary.labels");
    var elements = new double[2 * scores.length];
    for (int i = 0; i < scores.length; i++) {
      elements[2 * i + 1] = scores[i];
    }
    Logits logits = Logits.of(2, elements);
    var confusion = Confusion.of(2, labels, logits.argMax());
    var actual = new LinkedHashMap<String, Double>();
    actual.put("average_precision", logits.curves(1, labels).averagePrecision());
    actual.put("auroc", logits.curves(1, labels).auroc());
    actual.put("f1", confusion.f1(1));
    actual.put("precision", confusion.precision(1));
    actual.put("recall", confusion.recall(1));
    actual.put("specificity", confusion.recall(0));
    actual.put("accuracy", confusion.accuracy());
    actual.put("bce_with_logits", logits.crossEntropy(labels));
    actual.put("tn", (double) confusion.count(0, 0));
    actual.put("fp", (double) confusion.count(0, 1));
    actual.put("fn", (double) confusion.count(1, 0));
    actual.put("tp", (double) confusion.count(1, 1));
    check(EXPECTED.path("binary"), actual, actual.keySet());
  }

  @Test
  void regressionIsThatOfThePublishedCode() {
    var regression =
        Regression.of(doubles("regression.predictions"), doubles("regression.targets"));
    var actual = new LinkedHashMap<String, Double>();
    actual.put("pearson", regression.pearson());
    actual.put("spearman", regression.spearman());
    actual.put("l1", regression.l1());
    actual.put("mse", regression.mse());
    actual.put("r2", regression.r2());
    check(EXPECTED.path("regression"), actual, actual.keySet());
  }

  @Test
  void curvesOfAFewSamplesAreThoseOfThePublishedCode() {
    JsonNode small = EXPECTED.path("small");
    for (JsonNode each : small.path("average_precision")) {
      assertThat(curves(each).averagePrecision())
          .isCloseTo(each.path("value").doubleValue(), within(1e-12));
    }
    for (JsonNode each : small.path("auroc")) {
      assertThat(curves(each).auroc()).isCloseTo(each.path("value").doubleValue(), within(1e-12));
    }
    assertThat(small.propertyNames()).containsExactlyInAnyOrder("average_precision", "auroc");
  }

  private static ScoreCurves curves(JsonNode small) {
    int size = small.path("scores").size();
    var scores = new double[size];
    var isPositive = new boolean[size];
    for (int i = 0; i < size; i++) {
      scores[i] = small.path("scores").get(i).doubleValue();
      isPositive[i] = small.path("labels").get(i).intValue() == 1;
    }
    return ScoreCurves.of(scores, isPositive);
  }

  private static void check(JsonNode golden, Map<String, Double> actual, Set<String> names) {
    assertThat(golden.propertyNames()).containsExactlyInAnyOrderElementsOf(names);
    actual.forEach((name, value) ->
        assertThat(value).as(name).isCloseTo(golden.path(name).doubleValue(), within(1e-9)));
  }

  private double[] doubles(String name) {
    FloatBuffer floats = inputs.floats(name);
    return IntStream.range(0, floats.remaining()).mapToDouble(floats::get).toArray();
  }

  private IntVector labels(String name) {
    LongBuffer longs = inputs.longs(name);
    return IntVector.of(
        IntStream.range(0, longs.remaining()).map(i -> (int) longs.get(i)).toArray());
  }
}
