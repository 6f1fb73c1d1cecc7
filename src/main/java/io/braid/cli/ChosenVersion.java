package io.braid.cli;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The version of a model that a command works with, so that all of it is done by one.
 *
 * @param known the model, as the service tells of it
 */
record ChosenVersion(JsonNode known, int number) {
  /** The one that was asked for, else the model's default. */
  static ChosenVersion of(Client client, ModelOptions options) {
    JsonNode known = known(client, options.name());
    var chosen = new ChosenVersion(known, options.version().orElse(defaultOf(known)));
    if (chosen.versions().noneMatch(version -> number(version) == chosen.number)) {
      throw new CommandFailure(
          "model '%s' has no version %d; it has %s"
              .formatted(options.name(), chosen.number, numbers(chosen.versions())));
    }
    return chosen;
  }

  /** One that was just added. */
  static ChosenVersion added(Client client, String model, int number) {
    return new ChosenVersion(known(client, model), number);
  }

  private static JsonNode known(Client client, String model) {
    return client.get("/v1/models/" + Client.segment(model));
  }

  private static int defaultOf(JsonNode known) {
    return known.path("default").asInt();
  }

  private static int number(JsonNode version) {
    return version.path("version").asInt();
  }

  private static String numbers(Stream<JsonNode> versions) {
    return versions.map(version -> "" + number(version)).collect(Collectors.joining(", "));
  }

  private Stream<JsonNode> versions() {
    return known.path("versions").valueStream();
  }

  String model() {
    return known.path("name").asString();
  }

  boolean isDefault() {
    return number == defaultOf(known);
  }

  int defaultNumber() {
    return defaultOf(known);
  }

  /** As it would be typed to have it again. */
  String typed() {
    return "--model " + model() + (isDefault() ? "" : " --version " + number);
  }

  JsonNode config() {
    return versions()
        .filter(version -> number(version) == number)
        .findFirst()
        .map(version -> version.path("config"))
        .orElseGet(Client.JSON::missingNode);
  }

  private static List<String> modalities(JsonNode version) {
    return version
        .path("config")
        .path("modalities")
        .valueStream()
        .map(modality -> modality.path("name").asString())
        .toList();
  }

  /** Refuses modalities that it does not have, and says which version has them. */
  void require(Collection<String> modalities) {
    List<String> own = ModalityFile.byName(config()).keySet().stream().toList();
    var lacking = new TreeSet<>(modalities);
    lacking.removeAll(own);
    if (lacking.isEmpty()) {
      return;
    }
    String having =
        numbers(versions().filter(version -> modalities(version).containsAll(modalities)));
    throw new CommandFailure(
        "version %d of model '%s' has no modality '%s'; it has %s"
            .formatted(number, model(), String.join("', '", lacking), String.join(", ", own)),
        having.isEmpty()
            ? others()
            : List.of(
                "all of %s has --version %s".formatted(String.join(", ", modalities), having)));
  }

  private List<String> others() {
    String others = numbers(versions().filter(version -> number(version) != number));
    return others.isEmpty() ? List.of() : List.of("there is also version " + others);
  }

  /** What a refusal says, and which other versions there are, where there are some. */
  CommandFailure refused(CommandFailure failure) {
    List<String> others = others();
    return others.isEmpty()
        ? failure
        : failure.with(
            "asked was version %d of model '%s'; %s".formatted(number, model(), others.getFirst()));
  }
}
