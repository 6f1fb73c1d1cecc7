package io.braid.training;

import io.braid.problem.ConfigObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * What an evaluation of a version must show for it to become its model's default.
 *
 * @param metric {@code recall@10} and the like, {@code median_rank}, {@code uniformity}, {@code
 *     alignment}, or {@code label:aupr} of a probe
 * @param modality whose number it is; {@code mean} over all, or {@code fusion} of uniformity; of a
 *     probe, which reads the fusion, it is not asked
 * @param notWorseThanDefaultBy how much worse than the default's number it may be, on the same
 *     samples
 */
public record Gate(
    String metric,
    String modality,
    Optional<Double> atLeast,
    Optional<Double> atMost,
    Optional<Double> notWorseThanDefaultBy) {
  private static final String MEAN = "mean";
  private static final String FUSION = "fusion";
  private static final List<String> RETRIEVAL =
      List.of("recall@1", "recall@5", "recall@10", "median_rank");
  private static final String UNIFORMITY = "uniformity";
  private static final String ALIGNMENT = "alignment";
  private static final List<String> OF_CLASSES =
      List.of("aupr", "auroc", "f1", "accuracy", "cross_entropy");
  private static final List<String> OF_NUMBERS = List.of("pearson", "l1");

  /** Those of which less is better. */
  private static final Set<String> LESS =
      Set.of("median_rank", UNIFORMITY, ALIGNMENT, "cross_entropy", "l1");

  /**
   * Reads the field {@code gate}, where there is one.
   *
   * @param modalities that are measured
   * @param evaluate labels that are probed
   */
  public static Optional<Gate> read(
      ConfigObject fields, List<String> modalities, TrainingSpec.Evaluate evaluate) {
    if (!fields.has("gate")) {
      return Optional.empty();
    }
    ConfigObject gate = fields.object("gate");
    List<String> metrics = metrics(evaluate);
    String metric = gate.requiredChoice("metric", metrics).orElse("");
    String otherwise = metric.equals(UNIFORMITY) ? FUSION : MEAN;
    List<String> of =
        Stream.concat(Stream.of(otherwise), modalities.stream().filter(m -> !m.equals(otherwise)))
            .toList();
    String modality = gate.choice("modality", of).orElse(otherwise);
    if (metric.contains(":") && gate.has("modality")) {
      gate.fault("modality", "not of a probe, which reads the fusion");
    }
    Optional<Double> atLeast = number(gate, "at_least", -1e30);
    Optional<Double> atMost = number(gate, "at_most", -1e30);
    Optional<Double> notWorse = number(gate, "not_worse_than_default_by", 0);
    if (gate.isSound("at_least", "at_most", "not_worse_than_default_by")
        && atLeast.isEmpty()
        && atMost.isEmpty()
        && notWorse.isEmpty()) {
      gate.fault(
          "at_least", "missing, expected a bound: at_least, at_most or not_worse_than_default_by");
    }
    if (atLeast.isPresent() && atMost.isPresent() && atLeast.get() > atMost.get()) {
      gate.fault("at_most", "%s, which is less than at_least".formatted(atMost.get()));
    }
    gate.finish();
    return Optional.of(new Gate(metric, modality, atLeast, atMost, notWorse));
  }

  private static List<String> metrics(TrainingSpec.Evaluate evaluate) {
    Stream<String> ofClasses =
        evaluate.classification().stream()
            .flatMap(label -> OF_CLASSES.stream().map(number -> label + ":" + number));
    Stream<String> ofNumbers =
        evaluate.regression().stream()
            .flatMap(label -> OF_NUMBERS.stream().map(number -> label + ":" + number));
    return Stream.of(RETRIEVAL.stream(), Stream.of(UNIFORMITY, ALIGNMENT), ofClasses, ofNumbers)
        .flatMap(names -> names)
        .toList();
  }

  private static Optional<Double> number(ConfigObject gate, String key, double least) {
    return gate.has(key) ? Optional.of(gate.number(key, 0, least, 1e30)) : Optional.empty();
  }

  /** Where an evaluation's metrics have the number. */
  private JsonPointer pointer() {
    int colon = metric.lastIndexOf(':');
    if (colon >= 0) {
      return JsonPointer.compile("/probes")
          .appendProperty(metric.substring(0, colon))
          .appendProperty(metric.substring(colon + 1));
    }
    return RETRIEVAL.contains(metric)
        ? JsonPointer.compile("/retrieval").appendProperty(modality).appendProperty(metric)
        : JsonPointer.empty().appendProperty(metric).appendProperty(modality);
  }

  private boolean isLessBetter() {
    return LESS.contains(metric.substring(metric.lastIndexOf(':') + 1));
  }

  /**
   * Why a version does not pass; empty if it does.
   *
   * @param metrics of an evaluation of the version
   * @param ofDefault of the same evaluation of the default, where there is another one
   */
  public Optional<String> refusal(JsonNode metrics, Optional<JsonNode> ofDefault) {
    JsonNode ours = metrics.at(pointer());
    if (!ours.isNumber()) {
      return Optional.of("there is no " + this + ": nothing of the split tells it");
    }
    double value = ours.doubleValue();
    if (atLeast.isPresent() && !(value >= atLeast.get())) {
      return Optional.of("%s is %s, not at least %s".formatted(this, value, atLeast.get()));
    }
    if (atMost.isPresent() && !(value <= atMost.get())) {
      return Optional.of("%s is %s, not at most %s".formatted(this, value, atMost.get()));
    }
    if (notWorseThanDefaultBy.isEmpty() || ofDefault.isEmpty()) {
      return Optional.empty();
    }
    JsonNode theirs = ofDefault.get().at(pointer());
    double worse =
        theirs.isNumber()
            ? (isLessBetter() ? value - theirs.doubleValue() : theirs.doubleValue() - value)
            : 0;
    return worse > notWorseThanDefaultBy.get()
        ? Optional.of(
            "%s is %s, worse than the default's %s by more than %s"
                .formatted(this, value, theirs.doubleValue(), notWorseThanDefaultBy.get()))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return metric.contains(":") ? metric : metric + " of " + modality;
  }
}
