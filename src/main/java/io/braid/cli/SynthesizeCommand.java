package io.braid.cli;

import io.braid.dataset.SyntheticDataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes patients up. */
@CommandLine.Command(
    name = "synthesize",
    header = "Make up patients, to try things with.",
    description = {
      "",
      "Writes schema.yaml, a CSV file for each modality of the demo model, and labels.csv, ready"
          + " to be trained on."
    },
    footer = {"", "Example:", "  synthesize patients --samples=500 --sparsity=0.3"})
final class SynthesizeCommand implements Callable<Integer> {
  private final Screen screen;

  @Option(
      names = "--samples",
      paramLabel = "NUMBER",
      defaultValue = "2000",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--sparsity",
      paramLabel = "FRACTION",
      defaultValue = "0.2",
      description = "Probability that a modality is missing (default: ${DEFAULT-VALUE}).")
  private double sparsity;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "43",
      description = "The same seed makes the same patients (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Parameters(paramLabel = "FOLDER", description = "Where they are written.")
  private Path folder = Path.of("");

  SynthesizeCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    if (samples < 1 || !(sparsity >= 0 && sparsity < 1)) {
      throw CommandFailure.usage("expected --samples of at least 1, and --sparsity in [0, 1)");
    }
    try {
      new SyntheticDataset(seed).write(folder, samples, sparsity);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailure("cannot write: " + e);
    }
    screen.out().printf("%d samples are in %s%n", samples, folder);
    return 0;
  }
}
