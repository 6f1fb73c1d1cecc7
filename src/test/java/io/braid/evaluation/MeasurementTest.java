package io.braid.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.dataset.StoredDataset;
import io.braid.dataset.Upload;
import io.braid.encoder.Architecture;
import io.braid.encoder.Embedding;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.modality.Features;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured, of an encoder that a test can see through. */
class MeasurementTest {
  private static final int DIM = 8;
  private static final List<String> MODALITIES = List.of("gene", "protein", "mirna", "activity");

  @TempDir Path folder;

  private final List<Long> told = new ArrayList<>();

  /** A direction of its own for whatever a modality holds. */
  private static Vector direction(Features features) {
    var random = new Random(features.hashCode());
    var elements = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      elements[d] = (float) random.nextGaussian();
    }
    return Vector.of(elements);
  }

  private static Vector sum(Collection<Vector> vectors) {
    var elements = new float[DIM];
    vectors.forEach(vector -> {
      for (int d = 0; d < DIM; d++) {
        elements[d] += vector.get(d);
      }
    });
    return Vector.of(elements);
  }

  /** The fusion is the sum of the modalities' directions. */
  private static List<Embedding> embed(List<Sample> samples, Set<Output> outputs) {
    return samples.stream()
        .map(sample -> {
          var unimodal = new LinkedHashMap<String, Vector>();
          sample.modalities().forEach((name, features) -> unimodal.put(name, direction(features)));
          return new Embedding(
              Optional.of(sum(unimodal.values())),
              outputs.contains(Output.UNIMODAL) ? unimodal : Map.of(),
              Map.of(),
              Optional.empty());
        })
        .toList();
  }

  private static EncoderConfig encoder(StoredDataset dataset) {
    return new EncoderConfig(Architecture.ZORRO, DIM, 1, 1, 8, 4, 1, List.of(4), dataset.schema());
  }

  private Map<String, Object> measure(int samples, double missing, EvaluationSpec spec)
      throws IOException {
    try (var dataset = StoredDataset.open(Upload.synthetic(folder, samples, missing, 3))) {
      return new Measurement(
              spec,
              dataset,
              encoder(dataset),
              MeasurementTest::embed,
              (done, total) -> told.add(100 * done / total))
          .run();
    }
  }

  private static EvaluationSpec spec(EvaluationSpec.Part part, double sparsity, boolean subsets) {
    return new EvaluationSpec(
        "m",
        1,
        "d",
        part,
        0.2,
        7,
        sparsity,
        7,
        List.of("group"),
        List.of("age"),
        subsets,
        Optional.empty());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Map<String, Object> metrics, String... path) {
    Map<String, Object> at = metrics;
    for (String name : path) {
      at = (Map<String, Object>) at.getOrDefault(name, Map.of());
    }
    return at;
  }

  private static double number(Map<String, Object> metrics, String... path) {
    var at = object(metrics, List.of(path).subList(0, path.length - 1).toArray(String[]::new));
    return ((Number) at.getOrDefault(path[path.length - 1], Double.NaN)).doubleValue();
  }

  @Test
  void eachModalityIsRankedAmongAllFusions() throws IOException {
    Map<String, Object> metrics = measure(60, 0.3, spec(EvaluationSpec.Part.ALL, 0.2, false));
    try (var dataset = StoredDataset.open(Upload.synthetic(folder, 60, 0.3, 3))) {
      var samples =
          new EvaluationSamples(
              spec(EvaluationSpec.Part.ALL, 0.2, false), dataset, encoder(dataset));
      List<Embedding> embeddings =
          samples.measured().stream()
              .mapToObj(i -> samples.sample(i, samples.present(i)))
              .map(sample -> embed(List.of(sample), Set.of(Output.UNIMODAL)).getFirst())
              .toList();
      assertThat(number(metrics, "samples")).isEqualTo(embeddings.size()).isLessThan(61);
      double meanOfModalities = 0;
      for (String modality : MODALITIES) {
        var ranks = new ArrayList<Integer>();
        for (Embedding query : embeddings) {
          Vector vector = query.unimodal().get(modality);
          if (vector != null) {
            double own = cosine(vector, query.fusion().orElseThrow());
            ranks.add(
                (int)
                    embeddings.stream()
                        .filter(other -> cosine(vector, other.fusion().orElseThrow()) > own + 1e-9)
                        .count());
          }
        }
        double recall = ranks.stream().filter(rank -> rank < 5).count() / (double) ranks.size();
        assertThat(number(metrics, "retrieval", modality, "recall@5"))
            .isCloseTo(recall, within(1e-9));
        meanOfModalities += recall / MODALITIES.size();
      }
      assertThat(number(metrics, "retrieval", "mean", "recall@5"))
          .isCloseTo(meanOfModalities, within(1e-9));
    }
    double log = number(metrics, "uniformity", "gene");
    assertThat(number(metrics, "uniformity_plain", "gene")).isCloseTo(Math.exp(log), within(1e-12));
    assertThat(number(metrics, "uniformity", "unimodal_mean")).isNegative();
    assertThat(number(metrics, "alignment", "mean")).isBetween(0.1, 2.0);
    assertThat(told).isSorted().last().isEqualTo(100L);
  }

  private static double cosine(Vector x, Vector y) {
    Vector a = x.normalized();
    Vector b = y.normalized();
    return IntStream.range(0, DIM).mapToDouble(d -> (double) a.get(d) * b.get(d)).sum();
  }

  @Test
  void everySubsetIsMeasuredAndEachModalityHasItsWorth() throws IOException {
    Map<String, Object> metrics = measure(80, 0, spec(EvaluationSpec.Part.TEST, 0, true));
    Map<String, Object> subsets = object(metrics, "subsets");
    assertThat(subsets).hasSize(15);
    assertThat(number(metrics, "subsets", "gene+protein+mirna+activity", "recall@1"))
        .as("all of a sample is its own fusion")
        .isEqualTo(1);
    for (String modality : MODALITIES) {
      double without = 0;
      double with = 0;
      for (String subset : subsets.keySet()) {
        List<String> names = List.of(subset.split("\\+"));
        double recall = number(metrics, "subsets", subset, "recall@1");
        // Not those of which all four are the larger subset: that is the sample itself.
        without += names.contains(modality) || names.size() > 2 ? 0 : recall / 6;
        with += names.contains(modality) && Set.of(2, 3).contains(names.size()) ? recall / 6 : 0;
      }
      assertThat(number(metrics, "worth", modality, "recall@1", "without"))
          .isCloseTo(without, within(1e-9));
      assertThat(number(metrics, "worth", modality, "recall@1", "with"))
          .isCloseTo(with, within(1e-9));
      double gain = number(metrics, "worth", modality, "recall@1", "gain");
      assertThat(gain).isCloseTo(with - without, within(1e-9)).isPositive();
      assertThat(number(metrics, "worth", modality, "recall@1", "low")).isLessThanOrEqualTo(gain);
      assertThat(number(metrics, "worth", modality, "recall@1", "high"))
          .isGreaterThanOrEqualTo(gain);
    }
    assertThat(object(metrics, "subsets", "gene", "probes", "group")).containsKey("aupr");
    assertThat(object(metrics, "worth", "gene", "group:accuracy")).containsKey("gain");
    assertThat(object(metrics, "worth", "gene", "age:l1")).containsKey("gain");
  }

  @Test
  void samplesOfIncompleteDataCountWhereTheyHaveWhatIsCompared() throws IOException {
    Map<String, Object> metrics = measure(120, 0.4, spec(EvaluationSpec.Part.ALL, 0, true));
    double all = number(metrics, "subsets", "gene+protein+mirna+activity", "queries");
    assertThat(number(metrics, "subsets", "gene", "queries")).isGreaterThan(all);
    assertThat(number(metrics, "worth", "gene", "recall@10", "high"))
        .isGreaterThan(number(metrics, "worth", "gene", "recall@10", "low"));
  }

  @Test
  void samplesThatLoseEverythingAreLeftOutWhateverTheArchitecture() throws IOException {
    try (var dataset = StoredDataset.open(Upload.synthetic(folder, 80, 0.2, 3))) {
      for (Architecture architecture : Architecture.values()) {
        var encoder =
            new EncoderConfig(
                architecture,
                DIM,
                1,
                1,
                8,
                4,
                architecture == Architecture.EAO ? 0 : 1,
                List.of(4),
                dataset.schema());
        var samples =
            new EvaluationSamples(spec(EvaluationSpec.Part.ALL, 0.8, false), dataset, encoder);
        assertThat(samples.measured().size()).isBetween(10, 70);
        assertThat(samples.measured().stream().mapToObj(samples::present)).noneMatch(Set::isEmpty);
      }
    }
  }

  @Test
  void whatTheModelDoesNotReadOfASampleIsNotThere() {
    try (var dataset =
        new Upload(folder)
            .schema("modalities: [{name: steps, type: sequence}, {name: cells, type: tabular}]")
            .csv("steps", "id,t,x\na,0,\na,1,\na,2,3\nb,0,1\nb,1,2\nc,0,\nc,1,\nc,2,1\n")
            .csv("cells", "id,y\na,1\nb,2\n")
            .read()) {
      var shorter =
          new ModalitySchema(
              List.of(
                  new Modality.Sequence("steps", 1, 2),
                  new Modality.Tabular("cells", List.of("y"), 10)));
      var encoder = new EncoderConfig(Architecture.ZORRO, DIM, 1, 1, 8, 4, 1, List.of(2), shorter);
      var spec = spec(EvaluationSpec.Part.ALL, 0, false);
      var samples = new EvaluationSamples(spec, dataset, encoder);
      assertThat(samples.measured().stream().mapToObj(dataset.ids()::get).toList())
          .containsExactly("a", "b");
      assertThat(samples.present(0)).containsExactly("cells");
      assertThat(samples.present(1)).containsExactlyInAnyOrder("cells", "steps");
    }
  }

  @Test
  void aModalityThatNoSampleHasIsSaid() throws IOException {
    try (var dataset = StoredDataset.open(Upload.synthetic(folder, 40, 0, 3))) {
      var modalities = new ArrayList<>(dataset.schema().modalities());
      modalities.add(new Modality.Tabular("extra", List.of("A"), 10_000));
      var encoder =
          new EncoderConfig(
              Architecture.ZORRO, DIM, 1, 1, 8, 4, 1, List.of(5), new ModalitySchema(modalities));
      var spec = spec(EvaluationSpec.Part.ALL, 0, false);
      Map<String, Object> metrics =
          new Measurement(spec, dataset, encoder, MeasurementTest::embed, (_, _) -> {}).run();
      assertThat(metrics.get("absent")).isEqualTo(List.of("extra"));
      assertThat(object(metrics, "retrieval")).doesNotContainKey("extra");
    }
    assertThat(measure(40, 0, spec(EvaluationSpec.Part.ALL, 0, false))).doesNotContainKey("absent");
  }

  /** A query finds itself also where it lacks what no fusion rests on. */
  @Test
  void aQueryOfAllThatTheRootSeesIsWhole() throws IOException {
    try (var dataset = StoredDataset.open(Upload.synthetic(folder, 60, 0.3, 3))) {
      var pairs =
          new EncoderConfig(Architecture.MCA, DIM, 1, 1, 8, 4, 6, List.of(2), dataset.schema());
      var spec = spec(EvaluationSpec.Part.ALL, 0, true);
      Map<String, Object> metrics =
          new Measurement(spec, dataset, pairs, MeasurementTest::embed, (_, _) -> {}).run();
      String root = String.join("+", pairs.fused());
      assertThat(root).isEqualTo("gene+protein");
      assertThat(number(metrics, "subsets", root, "whole"))
          .isEqualTo(number(metrics, "subsets", root, "queries"));
      assertThat(number(metrics, "subsets", "gene", "whole"))
          .as("of those that have no protein, whatever else")
          .isBetween(1.0, number(metrics, "subsets", "gene", "queries") - 1);
    }
  }

  @Test
  void ofAClassThatIsNotLearntAndANumberThatNeverChangesNoNonsenseIsTold() {
    try (var dataset =
        new Upload(folder)
            .schema(
                """
                modalities: [{name: cells, type: tabular}]
                labels: [{name: kind, type: classification}, {name: age, type: regression}]
                """)
            .csv("cells", "id,y\na,1\nb,2\nc,3\nd,4\ne,5\nf,6\n")
            .csv(
                "labels",
                "id,kind,age,split\na,x,1,train\nb,y,2,train\nc,x,3,train\n"
                    + "d,x,7,test\ne,y,7,test\nf,z,7,test\n")
            .read()) {
      var encoder =
          new EncoderConfig(Architecture.ZORRO, DIM, 1, 1, 8, 4, 1, List.of(1), dataset.schema());
      IntVector train = IntVector.of(0, 1, 2);
      IntVector test = IntVector.of(3, 4, 5);
      var embedder =
          new SampleEmbedder(
              new EvaluationSamples(spec(EvaluationSpec.Part.TEST, 0, false), dataset, encoder),
              encoder,
              MeasurementTest::embed,
              (_, _) -> {},
              6);
      var fusions = embedder.fusions(test, List.of("cells"));
      var learnt = embedder.fusions(train, List.of("cells"));
      Map<String, Object> kind =
          new LabelProbe(dataset, "kind").train(train, learnt, () -> {}).metrics(test, fusions);
      assertThat(kind.get("unseen")).isEqualTo(1);
      assertThat(number(kind, "cross_entropy")).isLessThan(10);
      assertThat(
              new LabelProbe(dataset, "age").train(train, learnt, () -> {}).metrics(test, fusions))
          .containsOnlyKeys("l1");
    }
  }

  @Test
  void theSameSpecGivesTheSameNumbers() throws IOException {
    var spec = spec(EvaluationSpec.Part.TEST, 0.2, true);
    Map<String, Object> once = measure(80, 0.2, spec);
    assertThat(measure(80, 0.2, spec)).isEqualTo(once);
  }

  @Test
  void itEndsWhereItIsToldTo() throws IOException {
    try (var dataset = StoredDataset.open(Upload.synthetic(folder, 80, 0, 3))) {
      var measurement =
          new Measurement(
              spec(EvaluationSpec.Part.ALL, 0, true),
              dataset,
              encoder(dataset),
              MeasurementTest::embed,
              (done, total) -> {
                throw new CancellationException();
              });
      assertThatThrownBy(measurement::run).isInstanceOf(CancellationException.class);
    }
  }
}
