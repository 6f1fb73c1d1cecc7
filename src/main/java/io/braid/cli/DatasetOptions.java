package io.braid.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The dataset that a command makes of files, or takes as it is. */
final class DatasetOptions {
  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "Name under which the files are kept (default: that of the model; to evaluate on, with"
              + " -evaluated behind it). Without files: a dataset that is there.")
  private String name = "";

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "What the files are, as YAML or JSON (docs/data.md).")
  private Optional<Path> schema = Optional.empty();

  /** Empty where none was given. */
  String name() {
    return name;
  }

  DatasetUpload upload(Parts parts) {
    return DatasetUpload.of(parts, schema);
  }
}
