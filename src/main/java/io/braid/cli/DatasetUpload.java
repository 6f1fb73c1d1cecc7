package io.braid.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Files on their way to become a dataset.
 *
 * @param schemaName name of the file that the schema is in, or could be in
 */
record DatasetUpload(
    Parts parts,
    String schemaName,
    String schema,
    boolean isGuessed,
    List<String> classification,
    List<String> regression) {

  /**
   * @param schema the file that was named; else one among the files, else it is guessed
   */
  static DatasetUpload of(Parts parts, Optional<Path> schema) {
    Optional<Path> file = schema.or(parts::schema);
    if (file.isEmpty()) {
      GuessedSchema guessed = GuessedSchema.of(parts);
      return new DatasetUpload(
          parts,
          "schema.yaml",
          guessed.text(),
          true,
          guessed.classification(),
          guessed.regression());
    }
    String text = read(file.get());
    return new DatasetUpload(
        parts,
        file.get().getFileName().toString(),
        text,
        false,
        labels(text, "classification"),
        labels(text, "regression"));
  }

  static String read(Path file) {
    if (!Files.exists(file)) {
      throw CommandFailure.usage("there is no file " + file);
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema's labels of a type; what is wrong with it, the service tells. */
  private static List<String> labels(String schema, String type) {
    try {
      return new YAMLMapper()
          .readTree(schema)
          .path("labels")
          .valueStream()
          .filter(label -> label.path("type").asString("").equals(type))
          .map(label -> label.path("name").asString(""))
          .toList();
    } catch (JacksonException e) {
      return List.of();
    }
  }

  /** Sends them, and says what came of it. */
  void put(String dataset, Client client, Screen screen) {
    long total = parts.files().values().stream().mapToLong(DatasetUpload::size).sum();
    JsonNode put;
    try (Progress progress = screen.progress("Upload", Unit.ofBytes(total), total)) {
      var upload =
          new Upload(sent -> progress.at(Math.min(sent, total), sent < total ? "" : "it is read"));
      upload.with("schema", schemaName, schema);
      parts.files().forEach(upload::with);
      put = client.upload("PUT", "/v1/datasets/" + Client.segment(dataset), upload);
      progress.at(total, "");
    }
    screen.say(described(put));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a dataset has, in a line. */
  private static String described(JsonNode dataset) {
    var modalities = new java.util.ArrayList<String>();
    for (JsonNode modality : dataset.path("modalities")) {
      modalities.add(
          "%s %s".formatted(modality.path("name").asString(), modality.path("present").asString()));
    }
    return "Dataset %s: %s samples (%s), %s to train on and %s to test"
        .formatted(
            dataset.path("name").asString(),
            dataset.path("samples").asString(),
            String.join(", ", modalities),
            dataset.path("splits").path("train").asString(),
            dataset.path("splits").path("test").asString());
  }
}
