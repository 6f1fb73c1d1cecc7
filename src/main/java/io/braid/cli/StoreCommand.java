package io.braid.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts samples from files into a collection. */
@CommandLine.Command(
    name = "store",
    header = "Store the samples of files in a collection, to be searched.",
    description = {
      "",
      "The files are those of a dataset, named after modalities and joined by id, whose labels"
          + " become metadata; or one .ndjson with an item a line, as requests have it or as embed"
          + " wrote it. A sample whose id is there already takes its place."
    },
    footer = {
      "",
      "Examples:",
      "  store --model patients gene.csv motion.csv labels.csv",
      "  store --model demo --collection mine embeddings.ndjson"
    })
final class StoreCommand extends Command {
  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "Collection, which is made if it is not there (default: the name of the model).")
  private String collection = "";

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files, or folders of files.")
  private List<Path> files = List.of();

  StoreCommand(ServiceStarter starter, Screen screen) {
    super(starter, screen);
  }

  @Override
  public Integer call() {
    SampleFiles given = SampleFiles.of(files);
    String name = collection.isEmpty() ? model.name() : collection;
    try (Session session = open()) {
      Client client = session.client();
      String path = "/v1/collections/" + Client.segment(name);
      boolean isThere = client.has(path);
      ChosenVersion chosen =
          isThere ? bound(client, client.get(path)) : ChosenVersion.of(client, model);
      try (Samples samples = given.openItems(chosen)) {
        if (!isThere) {
          ObjectNode binding = Client.JSON.createObjectNode();
          client.put(path, binding.put("model", model.name()).put("version", chosen.number()));
        }
        tell(client, path, store(client, path, samples));
      } catch (CommandFailure e) {
        throw chosen.refused(e);
      }
      return 0;
    }
  }

  /** The version that a collection is bound to. */
  private ChosenVersion bound(Client client, JsonNode there) {
    String boundTo = there.path("model").asString();
    int version = there.path("version").asInt();
    if (!boundTo.equals(model.name()) || model.version().orElse(version) != version) {
      throw new CommandFailure(
          "collection '%s' is bound to version %d of model '%s'; give another --collection"
              .formatted(there.path("name").asString(), version, boundTo));
    }
    return ChosenVersion.added(client, boundTo, version);
  }

  private long store(Client client, String path, Samples samples) {
    try (Progress progress = screen().progress("Storing", Unit.of("samples"), samples.count())) {
      return new SampleRequests(client, path + "/items", "items", Client.JSON.createObjectNode())
          .run(samples, _ -> {}, done -> progress.at(done, ""));
    }
  }

  private void tell(Client client, String path, long stored) {
    JsonNode there = client.get(path);
    String name = there.path("name").asString();
    long count = there.path("count").asLong();
    if (isJson()) {
      ObjectNode told = Client.JSON.createObjectNode().put("collection", name);
      screen().out().println(told.put("stored", stored).put("count", count));
      return;
    }
    screen()
        .out()
        .printf("%d samples are stored; collection '%s' has %d items.%n", stored, name, count);
    JsonNode first = client.get(path + "/items?limit=1").path("items").path(0).path("id");
    if (first.isString()) {
      ObjectNode search = Client.JSON.createObjectNode();
      search.putObject("query").put("item", first.asString());
      screen()
          .out()
          .printf(
              "%nNext, the items most like one of them%s:%n  %s%n",
              isElsewhere() ? "" : ", from a service (java -jar braid.jar)",
              typedRequest("POST", path.substring(1) + "/search", search.put("k", 5).toString()));
    }
  }
}
