package io.braid.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Trains a model on files. */
@CommandLine.Command(
    name = "train",
    header = "Train a model on files.",
    description = {
      "",
      "Each file is a modality, named after it, or labels.csv. A row's first column is the sample's"
          + " id, by which the files are joined; a sample without a row lacks the modality."
          + " Without a schema one is made from the headers, and printed."
    },
    footer = {
      "",
      "Examples:",
      "  train --set epochs=20 --set optimizer.learning_rate=0.003 gene.csv motion.csv labels.csv",
      "  train --model patients --job job.json patients/",
      "  train --resume latest",
      "",
      "Ctrl-C stops a run after a checkpoint, from which --resume goes on."
    })
final class TrainCommand extends Command {
  private static final String MODEL = "mine";

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Model that gets a new version (default: the job's, else '" + MODEL + "').")
  private String model = "";

  @Mixin private final DatasetOptions dataset = new DatasetOptions();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the run: epochs=20, architecture=zorro, network.layers=2"
              + " (docs/training.md). May be given many times.")
  private List<String> settings = List.of();

  @Option(
      names = "--job",
      paramLabel = "FILE",
      description = "Settings of the run as JSON or YAML; --set changes them.")
  private Optional<Path> job = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "JOB",
      defaultValue = "",
      description = "Go on with a run that was stopped, or watch it: its id, or 'latest'.")
  private String resume = "";

  @Parameters(paramLabel = "FILE", description = "Files, or folders of files.")
  private List<Path> files = List.of();

  TrainCommand(ServiceStarter starter, Screen screen) {
    super(starter, screen);
  }

  @Override
  public Integer call() {
    if (!resume.isEmpty()) {
      return resume();
    }
    ObjectNode body = JobRequest.of(job, settings);
    name(body, "model", model, MODEL);
    name(body, "dataset", dataset.name(), files.isEmpty() ? "" : body.path("model").asString());
    Parts parts = Parts.of(files);
    if (parts.isEmpty() && body.path("dataset").asString().isEmpty()) {
      throw CommandFailure.usage(
          "give the files to train on, or --dataset with the name of one that is there");
    }
    Optional<DatasetUpload> upload =
        parts.isEmpty() ? Optional.empty() : Optional.of(dataset.upload(parts));
    upload.filter(DatasetUpload::isGuessed).ifPresent(this::show);
    try (var interrupt = new Interrupt();
        Session session = open()) {
      String name = body.path("dataset").asString();
      upload.ifPresent(files -> files.put(name, session.client(), screen()));
      return watch(session.client(), session.client().post("/v1/training-jobs", body), interrupt);
    }
  }

  private static void name(ObjectNode body, String key, String typed, String otherwise) {
    if (!typed.isEmpty()) {
      body.put(key, typed);
    } else if (!body.has(key)) {
      body.put(key, otherwise);
    }
  }

  private void show(DatasetUpload upload) {
    screen().say("No schema was given. The files look like this; save it and give it as --schema,");
    screen().say("to change it:");
    upload.schema().lines().forEach(line -> screen().say("  " + line));
  }

  private int resume() {
    try (var interrupt = new Interrupt();
        Session session = open()) {
      JsonNode known = session.client().get(TrainingWatch.path(resume));
      String id = known.path("id").asString();
      return known.path("state").asString().matches("failed|cancelled")
          ? watch(
              session.client(),
              session.client().post(TrainingWatch.path(id) + "/resume"),
              interrupt)
          : watch(session.client(), known, interrupt);
    }
  }

  private int watch(Client client, JsonNode queued, Interrupt interrupt) {
    String id = queued.path("id").asString();
    screen()
        .say(
            "Job %s trains model %s on dataset %s."
                .formatted(id, queued.path("model").asString(), queued.path("dataset").asString()));
    interrupt.does(() -> cancel(client, id));
    return tell(client, new TrainingWatch(client, screen(), id).toItsEnd());
  }

  private void cancel(Client client, String id) {
    screen().say("\nStopping after a checkpoint ...");
    try {
      client.post(TrainingWatch.path(id) + "/cancel");
    } catch (CommandFailure e) {
      screen().say("It is not cancelled: " + e.getMessage());
    }
  }

  private int tell(Client client, JsonNode ended) {
    if (isJson()) {
      screen().out().println(ended);
    }
    String id = ended.path("id").asString();
    switch (ended.path("state").asString()) {
      case "succeeded" -> {
        if (!isJson()) {
          tellMetrics(client, ended);
        }
        return 0;
      }
      case "cancelled" -> screen().say("The run was stopped. To go on with it:");
      default -> {
        screen().say("The run failed: " + ended.path("failure").asString("no reason is known"));
        screen().say("To try again from its last checkpoint:");
      }
    }
    screen().say("  " + typed("train --resume " + id));
    return CommandFailure.FAILED;
  }

  private void tellMetrics(Client client, JsonNode ended) {
    String name = ended.path("model").asString();
    screen()
        .out()
        .println(
            "Model %s has version %s. The kept weights, on the test split:"
                .formatted(name, ended.path("version").asString()));
    screen().out().println();
    screen().out().print(MetricsText.of(ended.path("metrics")));
    var added = ChosenVersion.added(client, name, ended.path("version").asInt());
    String dataset = ended.path("dataset").asString();
    tellNext(
        added,
        ended.path("spec").path("gate").isObject(),
        "evaluate %s --dataset %s".formatted(added.typed(), dataset),
        "embed %s -o embeddings.csv FILES".formatted(added.typed()));
  }
}
