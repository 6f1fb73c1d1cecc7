package io.braid.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Brings a checkpoint in. */
@CommandLine.Command(
    name = "import",
    header = "Import a checkpoint as a new version of a model.",
    description = {
      "",
      "The weights are a safetensors file with the parameter names of the paper's published code;"
          + " the config says what network they belong to (docs/import.md)."
    },
    footer = {"", "Example:", "  import --model mine --config config.yaml model.safetensors"})
final class ImportCommand extends Command {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      required = true,
      description = "Model that gets the version; a new name makes a model.")
  private String model = "";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "Architecture and modalities, as YAML or JSON.")
  private Path config = Path.of("");

  @Parameters(paramLabel = "WEIGHTS", description = "A file of safetensors.")
  private Path weights = Path.of("");

  ImportCommand(ServiceStarter starter, Screen screen) {
    super(starter, screen);
  }

  @Override
  public Integer call() {
    for (Path file : List.of(config, weights)) {
      if (!Files.isRegularFile(file)) {
        throw CommandFailure.usage("there is no file " + file);
      }
    }
    try (Session session = open()) {
      JsonNode version = upload(session.client());
      if (isJson()) {
        screen().out().println(version);
      } else {
        tell(session.client(), version);
      }
      return 0;
    }
  }

  private JsonNode upload(Client client) {
    long total = size();
    try (Progress progress = screen().progress("Upload", Unit.ofBytes(total), total)) {
      var upload =
          new Upload(sent -> progress.at(Math.min(sent, total), sent < total ? "" : "it is read"))
              .with("config", config)
              .with("weights", weights);
      JsonNode added =
          client.upload("POST", "/v1/models/" + Client.segment(model) + "/versions", upload);
      progress.at(total, "");
      return added;
    }
  }

  private long size() {
    try {
      return Files.size(config) + Files.size(weights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tell(Client client, JsonNode version) {
    List<String> modalities =
        version
            .path("config")
            .path("modalities")
            .valueStream()
            .map(modality -> modality.path("name").asString())
            .toList();
    screen()
        .out()
        .print(
            "Model %s has version %s: %s with %s, %s parameters.%n"
                .formatted(
                    model,
                    version.path("version").asString(),
                    version.path("config").path("architecture").asString(),
                    String.join(", ", modalities),
                    version.path("parameters").asString()));
    var added = ChosenVersion.added(client, model, version.path("version").asInt());
    tellNext(added, false, "embed %s -o embeddings.csv FILES".formatted(added.typed()));
  }
}
