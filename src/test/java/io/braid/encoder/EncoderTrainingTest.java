package io.braid.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.plain.Deviation;
import io.braid.plain.GoldenCase;
import io.braid.plain.PaddedBatch;
import io.braid.plain.PlainEncoder;
import io.braid.plain.RandomWeights;
import io.braid.torch.Device;
import io.braid.torch.Safetensors.FloatTensor;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Learning in packed form against the padded one, and against itself cut in other ways. */
class EncoderTrainingTest {
  private static final ModalitySchema ALL_TYPES =
      new ModalitySchema(
          List.of(
              new Modality.Tabular("gene", Modality.unnamed(9), 1.5),
              new Modality.Sequence("audio", 3, 12),
              new Modality.Tokens("text", 30, 7),
              new Modality.SparseTabular("counts", Modality.unnamed(40), 11, 2),
              new Modality.Patches("spectro", 2, 3, 6)));

  static final List<EncoderConfig> CONFIGS =
      List.of(
          new EncoderConfig(Architecture.MCA, 32, 2, 4, 8, 4, 52, List.of(5, 3, 2, 1), ALL_TYPES),
          new EncoderConfig(Architecture.ZORRO, 20, 2, 4, 8, 4, 7, List.of(5), ALL_TYPES),
          new EncoderConfig(Architecture.EAO, 32, 2, 4, 8, 4, 0, List.of(2), ALL_TYPES));

  private static final Objective PUBLISHED = new Objective(0, true, false);
  private static final Objective PRESENT = new Objective(0, false, false);
  static final EncoderTraining.Update UPDATE = new EncoderTraining.Update(1e-3, 0.01, 2.0);

  /** Relative, absolute where the expected value is below 1: as for the golden cases. */
  private static final double LOSS = 1e-5;

  private static final double GRADIENT = 1e-4;

  /** Absolute: Adam's first steps are as long as the rate, however small the gradient. */
  private static final double STEP = 1e-4;

  /**
   * Between two ways to cut one batch: of the gradient as a whole, tenfold of any element of it.
   */
  private static final double CUT = 1e-6;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void aCompleteBatchIsLearntFromAsPublished(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 1).draw(7, 0);
    assertEqualsPlain(config, PlainEncoder.of(config), samples, PUBLISHED);
    assertEqualsPlain(config, PlainEncoder.of(config), samples, PRESENT);
  }

  /** The golden case whose samples all have a modality; the plain form is held to the others. */
  @Test
  void theProductLearnsAsThePublishedCodeDid() {
    GoldenCase golden = GoldenCase.of("mca_sequence3");
    List<TrainingSample> batch =
        golden.batch().samples().values().stream()
            .map(sample -> new TrainingSample(sample, List.of()))
            .toList();
    assertThat(batch).hasSize(6);
    var weights = new LinkedHashMap<String, FloatTensor>();
    golden
        .parameters()
        .forEach(name ->
            weights.put(
                name,
                new FloatTensor(
                    Objects.requireNonNull(golden.weights().entries().get(name)).shape(),
                    golden.weights().floats(name))));
    try (EncoderTraining training =
        EncoderTraining.start(
            golden.config(), weights, List.of(Device.CPU), PUBLISHED, Precision.FP32)) {
      EncoderTraining.Loss loss = training.loss(batch, batch.size());
      assertThat(loss.total()).isCloseTo(golden.output("total_loss")[0], within(LOSS));
      loss.pairs()
          .forEach((key, value) ->
              assertThat(value)
                  .as(key)
                  .isCloseTo(golden.output("loss." + key)[0], within(LOSS * Math.max(1, value))));
      training
          .gradients(List.of(batch))
          .forEach((name, gradient) ->
              assertThat(Deviation.relative(floats(gradient), golden.output("grad." + name), 1))
                  .as(name)
                  .isLessThan(GRADIENT));
      for (int i = 0; i < 3; i++) {
        EncoderTraining.Step step = training.step(batch, batch.size(), UPDATE);
        assertThat(step.loss()).isCloseTo(golden.output("train_losses")[i], within(LOSS * 10));
        float norm = golden.output("train_grad_norms")[i];
        assertThat(step.norm()).isCloseTo(norm, within(1e-4 * norm));
      }
      training
          .weights()
          .forEach((name, value) ->
              assertThat(Deviation.absolute(floats(value), golden.output("step3." + name)))
                  .as(name)
                  .isLessThan(STEP));
    }
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void anIncompleteOneIsLearntFromAsPublishedWhereAsked(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 2).draw(11, 0.5);
    assertEqualsPlain(config, PlainEncoder.of(config), samples, PUBLISHED);
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void ofAnIncompleteOneOnlyMeaninglessNegativesAreLeftOut(EncoderConfig config) {
    List<Sample> samples = new RandomSamples(config.schema(), 2).draw(11, 0.5);
    assertEqualsPlain(config, PlainEncoder.withoutMeaninglessNegatives(config), samples, PRESENT);
  }

  private static void assertEqualsPlain(
      EncoderConfig config, PlainEncoder plain, List<Sample> samples, Objective objective) {
    List<TrainingSample> batch =
        samples.stream().map(s -> new TrainingSample(s, List.of())).toList();
    try (Tensors scope = Tensors.open(Device.CPU);
        EncoderTraining training = start(config, objective, 1)) {
      var weights = new LinkedHashMap<String, Tensor>();
      RandomWeights.of(config, 7)
          .forEach(
              (name, tensor) -> weights.put(name, scope.floats(tensor.elements(), shape(tensor))));
      var inputs = PaddedBatch.of(config.schema(), samples).tensors(scope);
      var expected = plain.gradients(scope, weights, inputs);

      EncoderTraining.Loss loss = training.loss(batch, batch.size());
      assertThat(loss.total()).isCloseTo(number(expected, "total_loss"), within(LOSS * 10));
      expected.forEach((name, value) -> {
        if (name.startsWith("loss.")) {
          float pair = value.toFloats()[0];
          Double ours = loss.pairs().get(name.substring("loss.".length()));
          if (Float.isNaN(pair)) {
            assertThat(ours).as(name).isNull();
          } else {
            assertThat(ours).as(name).isCloseTo(pair, within(LOSS * Math.max(1, pair)));
          }
        }
      });
      assertThat(loss.pairs()).isNotEmpty();
      var gradients = training.gradients(List.of(batch));
      gradients.forEach((name, gradient) ->
          assertThat(Deviation.relative(floats(gradient), floats(expected, "grad." + name), 1))
              .as(name)
              .isLessThan(GRADIENT));
      var trained = plain.train(scope, weights, inputs);
      for (int i = 0; i < 3; i++) {
        var step = training.step(batch, batch.size(), UPDATE);
        assertThat(step.loss()).isCloseTo(floats(trained, "train_losses")[i], within(LOSS * 100));
        assertThat(step.norm())
            .isCloseTo(floats(trained, "train_grad_norms")[i], within(1e-3 * step.norm()));
      }
      training
          .weights()
          .forEach((name, value) ->
              assertThat(Deviation.absolute(floats(value), floats(trained, "step3." + name)))
                  .as(name)
                  .isLessThan(STEP));
    }
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void replicasAndCachingGiveTheGradientsOfTheWholeBatch(EncoderConfig config) {
    List<TrainingSample> batch =
        withViews(config, new RandomSamples(config.schema(), 3).draw(9, 0.4), 2);
    var objective = new Objective(2, false, false);
    Map<String, FloatTensor> whole;
    try (EncoderTraining one = fresh(config, objective, 1)) {
      whole = one.gradients(List.of(batch));
      assertThat(whole).hasSize(Parameters.of(config).shapes().size());
      assertSame(
          one.gradients(List.of(batch.subList(0, 4), batch.subList(4, 6), batch.subList(6, 9))),
          whole);
    }
    for (int devices : List.of(2, 3)) {
      try (EncoderTraining more = fresh(config, objective, devices)) {
        int half = 9 / devices;
        assertSame(
            more.gradients(
                IntStream.range(0, devices)
                    .mapToObj(d -> batch.subList(d * half, d == devices - 1 ? 9 : (d + 1) * half))
                    .toList()),
            whole);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CONFIGS")
  void theLossFalls(EncoderConfig config) {
    for (Precision precision : Precision.values()) {
      List<TrainingSample> batch =
          withViews(config, new RandomSamples(config.schema(), 6).draw(8, 0.3), 1);
      try (EncoderTraining training =
          EncoderTraining.start(
              config,
              InitialWeights.of(config, 1),
              List.of(Device.CPU),
              new Objective(1, false, false),
              precision)) {
        double before = training.step(batch, 8, UPDATE).loss();
        for (int i = 0; i < 25; i++) {
          training.step(batch, 8, UPDATE);
        }
        assertThat(training.loss(batch, 8).total()).as("%s", precision).isLessThan(before * 0.8);
      }
    }
  }

  /** As a run starts; the random weights of the other tests give far larger logits. */
  static EncoderTraining fresh(EncoderConfig config, Objective objective, int devices) {
    return EncoderTraining.start(
        config,
        InitialWeights.of(config, 7),
        Collections.nCopies(devices, Device.CPU),
        objective,
        Precision.FP32);
  }

  static EncoderTraining start(EncoderConfig config, Objective objective, int devices) {
    var weights = new LinkedHashMap<>(RandomWeights.of(config, 7));
    weights.keySet().retainAll(Parameters.of(config).shapes().keySet());
    return EncoderTraining.start(
        config, weights, Collections.nCopies(devices, Device.CPU), objective, Precision.FP32);
  }

  static List<TrainingSample> withViews(EncoderConfig config, List<Sample> samples, int views) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(8);
    return samples.stream()
        .map(sample ->
            new TrainingSample(
                sample,
                IntStream.range(0, views)
                    .<Set<String>>mapToObj(_ -> {
                      var view = new TreeSet<>(sample.modalities().keySet());
                      if (view.size() == 1) {
                        return Set.of();
                      }
                      while (view.size() == sample.modalities().size()
                          || random.nextBoolean() && view.size() > 1) {
                        view.remove(List.copyOf(view).get(random.nextInt(view.size())));
                      }
                      return view;
                    })
                    .toList()))
        .toList();
  }

  private static void assertSame(
      Map<String, FloatTensor> actual, Map<String, FloatTensor> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    double difference = 0;
    double norm = 0;
    for (String name : expected.keySet()) {
      float[] one = floats(Objects.requireNonNull(actual.get(name)));
      float[] other = floats(Objects.requireNonNull(expected.get(name)));
      for (int i = 0; i < other.length; i++) {
        difference += Math.pow((double) one[i] - other[i], 2);
        norm += Math.pow(other[i], 2);
      }
      assertThat(Deviation.relative(one, other, 1)).as(name).isLessThan(10 * CUT);
    }
    assertThat(Math.sqrt(difference / norm)).isLessThan(CUT);
  }

  private static long[] shape(FloatTensor tensor) {
    return tensor.shape().stream().mapToLong(Long::longValue).toArray();
  }

  static float[] floats(FloatTensor tensor) {
    FloatBuffer elements = tensor.elements();
    float[] floats = new float[elements.remaining()];
    elements.get(floats);
    return floats;
  }

  private static float[] floats(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name).toFloats();
  }

  private static double number(Map<String, Tensor> tensors, String name) {
    return floats(tensors, name)[0];
  }
}
