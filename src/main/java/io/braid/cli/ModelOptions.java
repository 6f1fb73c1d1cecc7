package io.braid.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Which version of which model a command uses. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      required = true,
      description = "Name of the model.")
  private String name = "";

  @Option(
      names = "--version",
      paramLabel = "NUMBER",
      description = "Its version (default: the model's default).")
  private Optional<Integer> version = Optional.empty();

  String name() {
    return name;
  }

  Optional<Integer> version() {
    return version;
  }
}
