package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.dataset.DatasetDescription;
import io.braid.dataset.DatasetLabel;
import io.braid.dataset.DatasetService;
import io.braid.dataset.ModalSparsity;
import io.braid.dataset.Split;
import io.braid.dataset.StoredDataset;
import io.braid.encoder.Architecture;
import io.braid.encoder.Objective;
import io.braid.encoder.Parameters;
import io.braid.encoder.Precision;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.model.NetworkReader;
import io.braid.model.NetworkReader.Network;
import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import io.braid.training.Gate;
import io.braid.training.Keep;
import io.braid.training.Negatives;
import io.braid.training.Schedule;
import io.braid.training.Similarity;
import io.braid.training.TrainingSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads what a job is to train, with the paper's defaults and one subset view, and says everything
 * that is wrong with it at once.
 */
@Component
class JobSpecReader {
  private static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";
  private static final int WARMUP = 2000;
  private static final int MAX_LEFTOVERS = 1000;

  private final DatasetService datasets;
  private final Slots slots;
  private final int maxTokens;

  /** Cells of a sweep mostly share one. */
  private final Map<Draw, Left> leftovers =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Draw, Left> eldest) {
              return size() > MAX_LEFTOVERS;
            }
          });

  /**
   * What a draw left.
   *
   * @param unassigned samples that a given split leaves out
   * @param isGiven whether the labels give the split
   */
  private record Left(int train, int test, int unassigned, boolean isGiven) {}

  private record Draw(String content, double sparsity, long seed, double testFraction) {}

  JobSpecReader(DatasetService datasets, Slots slots, BraidProperties properties) {
    this.datasets = datasets;
    this.slots = slots;
    this.maxTokens = properties.queue().entryTokens();
  }

  /**
   * A spec, and the content of its dataset.
   *
   * @param notes what the client should know, though nothing is wrong
   */
  record Read(TrainingSpec spec, String content, List<String> notes) {}

  Read read(JsonNode body) {
    var faults = new ArrayList<Fault>();
    Optional<Read> read = read(body, "", faults);
    BraidException.refuse(faults);
    return read.orElseThrow();
  }

  /**
   * @param at pointer to the body
   * @return empty where something was wrong
   */
  Optional<Read> read(JsonNode body, String at, List<Fault> faults) {
    int before = faults.size();
    if (!body.isObject()) {
      faults.add(new Fault(at, "expected an object with dataset and model"));
      return Optional.empty();
    }
    var fields = new ConfigObject(body, at, faults);
    Optional<DatasetDescription> dataset = dataset(fields);
    String model = name(fields, "model");
    boolean published =
        fields
            .choice("recipe", List.of("published", "default"))
            .orElse("default")
            .equals("published");
    Architecture architecture =
        fields.choice("architecture", List.of(Architecture.values())).orElse(Architecture.MCA);
    Network network = network(fields, architecture, dataset);
    int epochs = fields.integer("epochs", 128, 1, 1_000_000);
    int batchSize = fields.integer("batch_size", 32, 2, 65_536);
    TrainingSpec.Optimizer optimizer = optimizer(fields);
    TrainingSpec.Evaluate evaluate = evaluate(fields, dataset);
    var spec =
        new TrainingSpec(
            dataset.map(DatasetDescription::name).orElse(""),
            model,
            architecture,
            network,
            optimizer,
            epochs,
            batchSize,
            fields.integer("micro_batch_size", 0, 1, batchSize),
            fields.number("modal_sparsity", 0, 0, 0.99),
            fields.longInteger("seed", Split.SEED),
            fields.number("test_fraction", Split.TEST_FRACTION, 0.001, 0.9),
            fields.integer("subset_views", published ? 0 : 1, 0, Objective.MAX_VIEWS),
            fields.number("modality_dropout", 0, 0, 0.95),
            devices(fields),
            fields.choice("precision", List.of(Precision.values())).orElse(Precision.FP32),
            fields.integer("priority", 0, -100, 100),
            fields.has("standardize")
                ? fields.bool("standardize")
                : published ? Optional.of(false) : Optional.empty(),
            fields
                .choice("negatives", List.of(Negatives.values()))
                .orElse(published ? Negatives.PUBLISHED : Negatives.PRESENT),
            fields.choice("similarity", List.of(Similarity.values())).orElse(Similarity.PRODUCT),
            fields.choice("keep", List.of(Keep.values())).orElse(Keep.BEST),
            fields.integer("patience", 0, 0, 1_000_000),
            evaluate,
            Gate.read(fields, dataset.map(d -> d.schema().names()).orElse(List.of()), evaluate));
    if (spec.keep() == Keep.LAST && spec.patience() > 0) {
      fields.fault("patience", "of no meaning where the last epoch is kept");
    }
    fields.finish();
    dataset.ifPresent(d -> checkAgainst(d, spec, fields));
    if (faults.size() == before && dataset.isPresent()) {
      checkSamples(dataset.get(), spec, fields);
      checkParameters(dataset.get(), spec, fields);
    }
    return faults.size() > before || dataset.isEmpty()
        ? Optional.empty()
        : Optional.of(read(spec, dataset.get(), body));
  }

  private int devices(ConfigObject fields) {
    int devices = fields.integer("devices", 1, 1, Integer.MAX_VALUE);
    if (fields.isSound("devices") && devices > slots.all().size()) {
      fields.fault(
          "devices",
          "%d, but the pool has %d; GET /v1/workers lists them"
              .formatted(devices, slots.all().size()));
    }
    return devices;
  }

  private Optional<DatasetDescription> dataset(ConfigObject fields) {
    String name = name(fields, "dataset");
    if (!fields.isSound("dataset")) {
      return Optional.empty();
    }
    Optional<DatasetDescription> dataset = datasets.lookUp(name);
    if (dataset.isEmpty()) {
      fields.fault("dataset", "there is no dataset '" + name + "'");
    }
    return dataset;
  }

  private static String name(ConfigObject fields, String key) {
    String name = fields.get(key).filter(JsonNode::isString).map(JsonNode::stringValue).orElse("");
    if (!name.matches(NAME)) {
      fields.fault(key, "'" + name + "', expected " + NAME);
    }
    return name;
  }

  private Network network(
      ConfigObject fields, Architecture architecture, Optional<DatasetDescription> dataset) {
    ConfigObject shape = fields.object("network");
    // As the contract has it: zorro ignores channels; eao ignores channels and fusion tokens.
    ConfigObject kept =
        switch (architecture) {
          case MCA -> shape;
          case ZORRO -> shape.without("channels");
          case EAO -> shape.without("channels", "fusion_tokens");
        };
    int modalities = dataset.map(d -> d.schema().size()).orElse(3);
    Network network = new NetworkReader(maxTokens).read(kept, architecture, modalities);
    kept.finish();
    dataset.ifPresent(d -> NetworkReader.checkPositions(kept, network, d.schema().modalities()));
    return network;
  }

  private static TrainingSpec.Optimizer optimizer(ConfigObject fields) {
    ConfigObject optimizer = fields.object("optimizer");
    var read =
        new TrainingSpec.Optimizer(
            optimizer.number("learning_rate", 1e-4, 1e-30, 1e30),
            optimizer.choice("schedule", List.of(Schedule.values())).orElse(Schedule.COSINE),
            optimizer.integer("warmup_steps", WARMUP, 0, Integer.MAX_VALUE),
            optimizer.number("weight_decay", 0.01, 0, 1),
            optimizer.number("clip_norm", 2, 1e-30, 1e30));
    optimizer.finish();
    return read;
  }

  private static TrainingSpec.Evaluate evaluate(
      ConfigObject fields, Optional<DatasetDescription> dataset) {
    ConfigObject evaluate = fields.object("evaluate");
    if (dataset.isEmpty()) {
      return new TrainingSpec.Evaluate(List.of(), List.of());
    }
    List<DatasetLabel> labels = dataset.get().labels();
    var read =
        new TrainingSpec.Evaluate(
            DatasetLabel.names(
                evaluate, "classification", DatasetLabel.Kind.CLASSIFICATION, labels),
            DatasetLabel.names(evaluate, "regression", DatasetLabel.Kind.REGRESSION, labels));
    evaluate.finish();
    return read;
  }

  private void checkAgainst(DatasetDescription dataset, TrainingSpec spec, ConfigObject fields) {
    if (dataset.schema().size() < 2) {
      fields.fault("dataset", "it has one modality; contrasting needs two at least");
    }
    boolean standardizes = spec.standardize().orElse(true);
    if (standardizes && !dataset.constantColumns().isEmpty()) {
      var first = dataset.constantColumns().getFirst();
      fields.fault(
          "dataset",
          ("column '%s' of '%s' is %s in every sample%s, and cannot be standardised; leave it out"
                  + " of the file, or give \"standardize\": false")
              .formatted(
                  first.column(),
                  first.modality(),
                  first.value(),
                  dataset.constantColumns().size() == 1
                      ? ""
                      : " (and %d more columns are constant)"
                          .formatted(dataset.constantColumns().size() - 1)));
    }
    long tokens =
        dataset.schema().modalities().stream().mapToLong(Modality::maxTokens).sum()
            + spec.network().fusionTokens();
    if (tokens > maxTokens) {
      fields.fault("dataset", tokens + " tokens a sample with its fusion, at most " + maxTokens);
    }
  }

  private void checkSamples(DatasetDescription dataset, TrainingSpec spec, ConfigObject fields) {
    Left left = left(dataset, spec);
    if (left.train() < 2 || left.test() < 1) {
      fields.fault(
          spec.modalSparsity() > 0 ? "modal_sparsity" : "dataset",
          ("%s leaves %d samples to train on, at least 2, and %d to test on, at least 1; lower"
                  + " modal_sparsity, change test_fraction or bring more samples")
              .formatted(
                  spec.modalSparsity() > 0 ? spec.modalSparsity() : "the split",
                  left.train(),
                  left.test()));
    }
  }

  /** What modal sparsity and split leave, drawn as the worker will draw it. */
  private Left left(DatasetDescription dataset, TrainingSpec spec) {
    return leftovers.computeIfAbsent(
        new Draw(dataset.contentSha256(), spec.modalSparsity(), spec.seed(), spec.testFraction()),
        this::draw);
  }

  private Left draw(Draw draw) {
    try (StoredDataset stored =
        datasets
            .open(draw.content())
            .orElseThrow(() ->
                BraidException.invalid(
                    List.of(new Fault("/dataset", "it was replaced or deleted just now"))))) {
      long[] kept = ModalSparsity.draw(stored, draw.sparsity(), draw.seed());
      Split split = Split.of(stored, draw.testFraction(), draw.seed());
      return new Left(
          count(split.train(), kept),
          count(split.test(), kept),
          stored.size() - split.train().size() - split.test().size(),
          stored.split().isPresent());
    }
  }

  private static int count(IntVector samples, long[] kept) {
    return (int) samples.stream().filter(sample -> kept[sample] != 0).count();
  }

  private static void checkParameters(
      DatasetDescription dataset, TrainingSpec spec, ConfigObject fields) {
    try {
      Parameters.of(spec.network().encoder(spec.architecture(), dataset.schema()));
    } catch (IllegalArgumentException e) {
      fields.fault("dataset", String.valueOf(e.getMessage()));
    }
  }

  /** Without a word on it, a short run does not spend more than a tenth of its steps warming up. */
  private Read read(TrainingSpec spec, DatasetDescription dataset, JsonNode body) {
    boolean isGiven =
        body.path("optimizer").has("warmup_steps")
            || body.path("recipe").asString("").equals("published");
    Left left = left(dataset, spec);
    long steps = (long) spec.epochs() * spec.stepsPerEpoch(left.train());
    int warmup = (int) Math.min(spec.optimizer().warmupSteps(), steps / 10);
    TrainingSpec settled = isGiven ? spec : spec.withWarmup(warmup);
    var notes = new ArrayList<String>();
    if (settled.optimizer().warmupSteps() > steps) {
      notes.add(
          ("the warm-up of %d steps is longer than the whole run of %d: the learning rate never"
                  + " gets to %s")
              .formatted(
                  settled.optimizer().warmupSteps(), steps, spec.optimizer().learningRate()));
    }
    if (spec.batchSize() > left.train()) {
      notes.add(
          "batch_size is %d, but there are %d samples to train on: an epoch is one step"
              .formatted(spec.batchSize(), left.train()));
    }
    if (left.unassigned() > 0) {
      notes.add(
          "%d samples have no 'split' in the labels, and are left out"
              .formatted(left.unassigned()));
    }
    if (left.isGiven() && body.has("test_fraction")) {
      notes.add("test_fraction is not used: the labels of the dataset have a column 'split'");
    }
    return new Read(settled, dataset.contentSha256(), notes);
  }
}
