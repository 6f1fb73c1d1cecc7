package io.braid.evaluation;

import io.braid.dataset.DatasetDescription;
import io.braid.dataset.DatasetLabel;
import io.braid.dataset.DatasetService;
import io.braid.dataset.Split;
import io.braid.dataset.StoredDataset;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import io.braid.training.Gate;
import io.braid.training.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads what is to be evaluated, and says everything that is wrong with it at once. */
@Component
class EvaluationReader {
  private final ModelService models;
  private final DatasetService datasets;

  EvaluationReader(ModelService models, DatasetService datasets) {
    this.models = models;
    this.datasets = datasets;
  }

  /** A spec, and the content of its dataset. */
  record Read(EvaluationSpec spec, String content) {}

  Read read(JsonNode body) {
    var faults = new ArrayList<Fault>();
    Optional<Read> read = read(body, faults);
    BraidException.refuse(faults);
    return read.orElseThrow();
  }

  private Optional<Read> read(JsonNode body, List<Fault> faults) {
    if (!body.isObject()) {
      faults.add(new Fault("", "expected an object with model and dataset"));
      return Optional.empty();
    }
    var fields = new ConfigObject(body, "", faults);
    Optional<ModelVersion> version = version(fields);
    Optional<DatasetDescription> dataset = dataset(fields);
    List<DatasetLabel> labels = dataset.map(DatasetDescription::labels).orElse(List.of());
    Map<String, Object> trained =
        version
            .map(ModelVersion::lineage)
            .filter(lineage ->
                dataset
                    .filter(d -> d.contentSha256().equals(lineage.get("dataset_sha256")))
                    .isPresent())
            .orElse(Map.of());
    var evaluate =
        new TrainingSpec.Evaluate(
            labels(fields, "classification", DatasetLabel.Kind.CLASSIFICATION, dataset, labels),
            labels(fields, "regression", DatasetLabel.Kind.REGRESSION, dataset, labels));
    double learnt = number(trained, "test_fraction", Split.TEST_FRACTION).doubleValue();
    double testFraction = fields.number("test_fraction", learnt, 0.001, 0.9);
    if (!trained.isEmpty() && testFraction != learnt) {
      fields.fault(
          "test_fraction",
          "the version was trained on this dataset with %s; others of its samples are no test"
              .formatted(learnt));
    }
    long seed = fields.longInteger("seed", number(trained, "seed", Split.SEED).longValue());
    var spec =
        new EvaluationSpec(
            version.map(ModelVersion::model).orElse(""),
            version.map(ModelVersion::version).orElse(0),
            dataset.map(DatasetDescription::name).orElse(""),
            fields
                .choice("split", List.of(EvaluationSpec.Part.values()))
                .orElse(EvaluationSpec.Part.TEST),
            testFraction,
            number(trained, "seed", seed).longValue(),
            fields.number("modal_sparsity", 0, 0, 0.99),
            seed,
            evaluate.classification(),
            evaluate.regression(),
            fields.bool("subsets").orElse(false),
            Gate.read(
                fields,
                version.map(v -> v.config().encoder().schema().names()).orElse(List.of()),
                evaluate));
    fields.finish();
    if (faults.isEmpty() && version.isPresent() && dataset.isPresent()) {
      check(spec, version.get(), dataset.get(), fields);
    }
    return dataset.map(found -> new Read(spec, found.contentSha256()));
  }

  private static List<String> labels(
      ConfigObject fields,
      String key,
      DatasetLabel.Kind kind,
      Optional<DatasetDescription> dataset,
      List<DatasetLabel> labels) {
    boolean isAsked = fields.has(key);
    return isAsked && dataset.isPresent()
        ? DatasetLabel.names(fields, key, kind, labels)
        : List.of();
  }

  private static Number number(Map<String, Object> lineage, String key, Number otherwise) {
    return lineage.get(key) instanceof Number number ? number : otherwise;
  }

  private Optional<ModelVersion> version(ConfigObject fields) {
    Optional<String> model = text(fields, "model");
    Optional<Integer> number =
        fields.has("version")
            ? Optional.of(fields.requiredInteger("version", 1, Integer.MAX_VALUE))
            : Optional.empty();
    if (model.isEmpty() || !fields.isSound("version")) {
      return Optional.empty();
    }
    try {
      return Optional.of(models.resolve(model.get(), number));
    } catch (BraidException e) {
      fields.fault(
          models.exists(model.get()) ? "version" : "model", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<DatasetDescription> dataset(ConfigObject fields) {
    Optional<String> name = text(fields, "dataset");
    Optional<DatasetDescription> dataset = name.flatMap(datasets::lookUp);
    if (name.isPresent() && dataset.isEmpty()) {
      fields.fault("dataset", "there is no dataset '" + name.get() + "'");
    }
    return dataset;
  }

  private static Optional<String> text(ConfigObject fields, String key) {
    Optional<JsonNode> value = fields.get(key);
    if (value.filter(JsonNode::isString).isEmpty()) {
      fields.fault(
          key, value.map(ConfigObject::shown).orElse("missing") + ", expected the name of one");
      return Optional.empty();
    }
    return value.map(JsonNode::stringValue);
  }

  private void check(
      EvaluationSpec spec, ModelVersion version, DatasetDescription dataset, ConfigObject fields) {
    misfit(version, dataset.schema()).ifPresent(detail -> fields.fault("dataset", detail));
    if (!fields.isSound("dataset")) {
      return;
    }
    Optional<StoredDataset> opened = datasets.open(dataset.contentSha256());
    if (opened.isEmpty()) {
      fields.fault("dataset", "'%s' was replaced or deleted just now".formatted(dataset.name()));
      return;
    }
    try (StoredDataset stored = opened.get()) {
      checkSamples(spec, version, stored, fields);
    }
  }

  private static void checkSamples(
      EvaluationSpec spec, ModelVersion version, StoredDataset stored, ConfigObject fields) {
    var samples = new EvaluationSamples(spec, stored, version.config().encoder());
    if (samples.measured().size() == 0) {
      fields.fault(
          "split",
          "no sample of the %s split has a modality that the fusion of %s rests on"
              .formatted(spec.split(), version));
      return;
    }
    if (spec.subsets() && samples.modalities().size() > EvaluationSpec.MAX_SUBSET_MODALITIES) {
      fields.fault(
          "subsets",
          "the model and the dataset share %d modalities, and every subset is measured of %d at most"
              .formatted(samples.modalities().size(), EvaluationSpec.MAX_SUBSET_MODALITIES));
    }
    checkLabels("classification", spec.classification(), stored, samples, spec, fields);
    checkLabels("regression", spec.regression(), stored, samples, spec, fields);
  }

  private static void checkLabels(
      String key,
      List<String> names,
      StoredDataset dataset,
      EvaluationSamples samples,
      EvaluationSpec spec,
      ConfigObject fields) {
    for (int i = 0; i < names.size(); i++) {
      var probe = new LabelProbe(dataset, names.get(i));
      String at = key + "/" + i;
      probe
          .misfit(samples.train(), "training")
          .or(() -> probe.misfit(samples.measured(), spec.split() + " split"))
          .ifPresent(detail -> fields.fault(at, "'%s': %s".formatted(probe.name(), detail)));
    }
  }

  /** Why a version cannot read a dataset's samples, if that is so. */
  static Optional<String> misfit(ModelVersion version, ModalitySchema dataset) {
    var shared = new ArrayList<String>();
    for (Modality modality : version.config().encoder().schema().modalities()) {
      int place = dataset.names().indexOf(modality.name());
      if (place >= 0) {
        shared.add(modality.name());
        Optional<String> misfit = misfit(modality, dataset.modalities().get(place));
        if (misfit.isPresent()) {
          return Optional.of(
              "its modality '%s' is not that of %s: %s"
                  .formatted(modality.name(), version, misfit.get()));
        }
      }
    }
    return shared.isEmpty()
        ? Optional.of(
            "it has none of the modalities of %s, which are %s"
                .formatted(version, version.config().encoder().schema().names()))
        : Optional.empty();
  }

  private static Optional<String> misfit(Modality model, Modality dataset) {
    return switch (model) {
      case Modality.Tabular ours when dataset instanceof Modality.Tabular theirs ->
          columns(ours.columns(), theirs.columns());
      case Modality.SparseTabular ours when dataset instanceof Modality.SparseTabular theirs ->
          columns(ours.columns(), theirs.columns());
      case Modality.Sequence ours when dataset instanceof Modality.Sequence theirs ->
          same("features", ours.features(), theirs.features());
      case Modality.Tokens ours when dataset instanceof Modality.Tokens theirs ->
          theirs.vocabulary() <= ours.vocabulary()
              ? Optional.empty()
              : same("token ids", ours.vocabulary(), theirs.vocabulary());
      case Modality.Patches ours when dataset instanceof Modality.Patches theirs ->
          ours.equals(theirs)
              ? Optional.empty()
              : Optional.of("it is %s, the model takes %s".formatted(theirs, ours));
      case Modality.Tabular _,
          Modality.SparseTabular _,
          Modality.Sequence _,
          Modality.Tokens _,
          Modality.Patches _ ->
          Optional.of("it is of another type");
    };
  }

  private static Optional<String> same(String what, int model, int dataset) {
    return model == dataset
        ? Optional.empty()
        : Optional.of("it has %d %s, the model takes %d".formatted(dataset, what, model));
  }

  /** Columns that a model does not name are told by their place. */
  private static Optional<String> columns(List<String> model, List<String> dataset) {
    if (model.size() != dataset.size() || model.equals(Modality.unnamed(model.size()))) {
      return same("columns", model.size(), dataset.size());
    }
    for (int c = 0; c < model.size(); c++) {
      if (!model.get(c).equals(dataset.get(c))) {
        return Optional.of(
            "column %d is '%s', the model takes '%s' there"
                .formatted(c, dataset.get(c), model.get(c)));
      }
    }
    return Optional.empty();
  }
}
