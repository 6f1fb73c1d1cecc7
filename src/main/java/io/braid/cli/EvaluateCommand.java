package io.braid.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Measures a model on a dataset. */
@CommandLine.Command(
    name = "evaluate",
    header = "Measure what a model is worth on a dataset.",
    description = {
      "",
      "Tells how well each modality finds its sample, how embeddings lie, and what of the labels"
          + " can be read from them (docs/evaluation.md)."
    },
    footer = {
      "",
      "Examples:",
      "  evaluate --model demo --classification group --regression age --subsets demo",
      "  evaluate --model patients --split all new/gene.csv new/labels.csv"
    })
final class EvaluateCommand extends Command {
  private static final Duration LOOK = Duration.ofMillis(250);

  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "test",
      description = "test, train or all: samples that are queries (default: ${DEFAULT-VALUE}).")
  private String split = "test";

  @Option(
      names = "--classification",
      paramLabel = "LABEL",
      split = ",",
      description = "Labels with classes to read from embeddings (default: those of the files).")
  private List<String> classification = List.of();

  @Option(
      names = "--regression",
      paramLabel = "LABEL",
      split = ",",
      description = "Labels with numbers (default: those of the files).")
  private List<String> regression = List.of();

  @Option(
      names = "--subsets",
      description = "Measure every subset of modalities, and what each adds.")
  private boolean hasSubsets;

  @Mixin private final DatasetOptions dataset = new DatasetOptions();

  @Parameters(
      paramLabel = "DATASET|FILE",
      description = "A dataset that is there, by name; or files or folders of files.")
  private List<String> on = List.of();

  EvaluateCommand(ServiceStarter starter, Screen screen) {
    super(starter, screen);
  }

  @Override
  public Integer call() {
    boolean isThere = on.isEmpty() || isName();
    Optional<DatasetUpload> upload =
        isThere ? Optional.empty() : Optional.of(dataset.upload(parts()));
    String name = isThere ? nameOfOneThatIsThere() : named();
    try (var interrupt = new Interrupt();
        Session session = open()) {
      Client client = session.client();
      ChosenVersion chosen = ChosenVersion.of(client, model);
      upload.ifPresent(files -> files.put(name, client, screen()));
      JsonNode queued = post(client, chosen, body(name, chosen.number(), upload));
      String path = "/v1/evaluations/" + Client.segment(queued.path("id").asString());
      // One that is cut off would be begun anew by the next start.
      interrupt.does(() -> cancel(client, path));
      return tell(toItsEnd(client, path));
    }
  }

  /** One word that is no file is the name of a dataset. */
  private boolean isName() {
    return on.size() == 1
        && !Files.exists(Path.of(on.getFirst()))
        && on.getFirst().matches("[a-z0-9][a-z0-9._-]*")
        && !on.getFirst().endsWith(".csv");
  }

  private String nameOfOneThatIsThere() {
    if (on.isEmpty() == dataset.name().isEmpty()) {
      throw CommandFailure.usage("give the files of a dataset, or the name of one that is there");
    }
    return on.isEmpty() ? dataset.name() : on.getFirst();
  }

  private Parts parts() {
    return Parts.of(on.stream().map(Path::of).toList());
  }

  private String named() {
    return dataset.name().isEmpty() ? model.name() + "-evaluated" : dataset.name();
  }

  private static JsonNode post(Client client, ChosenVersion chosen, ObjectNode body) {
    try {
      return client.post("/v1/evaluations", body);
    } catch (CommandFailure e) {
      throw chosen.refused(e);
    }
  }

  private ObjectNode body(String name, int version, Optional<DatasetUpload> upload) {
    ObjectNode body = Client.JSON.createObjectNode();
    body.put("model", model.name())
        .put("version", version)
        .put("dataset", name)
        .put("split", split)
        .put("subsets", hasSubsets);
    boolean isAsked = !classification.isEmpty() || !regression.isEmpty();
    List<String> classes =
        isAsked ? classification : upload.map(DatasetUpload::classification).orElse(List.of());
    List<String> numbers =
        isAsked ? regression : upload.map(DatasetUpload::regression).orElse(List.of());
    classes.forEach(body.putArray("classification")::add);
    numbers.forEach(body.putArray("regression")::add);
    return body;
  }

  private void cancel(Client client, String path) {
    try {
      client.post(path + "/cancel");
      screen().say("\nThe evaluation is cancelled.");
    } catch (CommandFailure e) {
      screen().say("\nThe evaluation is not cancelled: " + e.getMessage());
    }
  }

  private JsonNode toItsEnd(Client client, String path) {
    @Nullable Progress progress = null;
    try {
      while (true) {
        JsonNode evaluation = client.get(path);
        if (TrainingWatch.isOver(evaluation)) {
          return evaluation;
        }
        long total = evaluation.path("progress").path("total").asLong(0);
        if (total > 0) {
          if (progress == null) {
            progress = screen().progress("Evaluation", Unit.of("samples"), total);
          }
          progress.at(evaluation.path("progress").path("done").asLong(0), "");
        }
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("it was interrupted");
    } finally {
      if (progress != null) {
        progress.close();
      }
    }
  }

  private int tell(JsonNode evaluation) {
    if (isJson()) {
      screen().out().println(evaluation);
    }
    if (!evaluation.path("state").asString().equals("succeeded")) {
      screen()
          .say(
              "The evaluation %s: %s"
                  .formatted(
                      evaluation.path("state").asString(),
                      evaluation.path("failure").asString("it has no metrics")));
      return CommandFailure.FAILED;
    }
    if (!isJson()) {
      JsonNode spec = evaluation.path("spec");
      screen()
          .out()
          .print(
              "Model %s, version %s, on the %s split of dataset %s:%n%n"
                  .formatted(
                      spec.path("model").asString(),
                      spec.path("version").asString(),
                      spec.path("split").asString(),
                      spec.path("dataset").asString()));
      screen().out().print(MetricsText.of(evaluation.path("metrics")));
    }
    return 0;
  }
}
