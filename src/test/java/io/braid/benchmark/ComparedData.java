package io.braid.benchmark;

import java.util.List;
import java.util.Optional;

/**
 * A data set of the {@link Comparison}, and how long and how wide networks are trained on it.
 *
 * @param data its files
 * @param channels of MCA; the default where it is empty
 * @param fusionTokens a multiple of MCA's channels
 * @param epochs passes over the training samples, enough for the test loss to have stopped falling
 *     or nearly so
 * @param sparsities at which architectures are compared
 * @param hasRecipes whether recipes are compared too
 */
record ComparedData(
    RealData data,
    Optional<String> channels,
    int fusionTokens,
    int epochs,
    List<Double> sparsities,
    boolean hasRecipes) {
  static final int DIM = 32;
  static final int SEEDS = 3;

  /** At which recipes are compared: the middle, beyond which the paper saw all of them fall. */
  static final double MIDDLE = 0.4;

  private static final List<Double> ALL = List.of(0.0, 0.2, 0.4, 0.6, 0.8);

  static final List<ComparedData> EVERY =
      List.of(
          new ComparedData(
              new RealData(
                  "rosmap",
                  "rosmap",
                  "tabular",
                  List.of("mrna.csv", "methylation.csv", "mirna.csv")),
              Optional.empty(),
              8,
              40,
              ALL,
              true),
          new ComparedData(
              new RealData(
                  "mfeat-4",
                  "mfeat",
                  "tabular",
                  List.of("fou.csv.gz", "kar.csv.gz", "zer.csv", "mor.csv")),
              Optional.empty(),
              22,
              16,
              ALL,
              true),
          new ComparedData(
              new RealData(
                  "mfeat-6",
                  "mfeat",
                  "tabular",
                  List.of(
                      "fou.csv.gz", "fac.csv.gz", "kar.csv.gz", "pix.csv", "zer.csv", "mor.csv")),
              Optional.of("[6, 2]"),
              16,
              6,
              List.of(0.0, MIDDLE, 0.8),
              false));

  static final List<String> ARCHITECTURES = List.of("mca", "zorro", "eao");

  String name() {
    return data.name();
  }

  /**
   * A sweep over architectures, seeds and something else.
   *
   * @param name of the sweep and of its model
   * @param recipe fields of a training job, as JSON members
   * @param grid further members of the grid
   */
  record Sweep(String name, ComparedData of, String recipe, String grid) {
    String request() {
      return """
      {"base": {"dataset": "%s", "model": "%s", "epochs": %d, "batch_size": 16,
         "network": {"embedding_dim": %d, "layers": 1, "heads": 4, "head_dim": 8, "fusion_tokens": %d%s},
         "optimizer": {"learning_rate": 0.006}, "evaluate": {"classification": ["label"]}, %s},
       "grid": {"architecture": ["mca", "zorro", "eao"], %s, "seed": [1, 2, 3]}}
      """
          .formatted(
              of.name(),
              name,
              of.epochs,
              DIM,
              of.fusionTokens,
              of.channels.map(channels -> ", \"channels\": " + channels).orElse(""),
              recipe,
              grid);
    }
  }

  /**
   * As the paper has it, but with standardised inputs: without, tables of all scales learn little.
   */
  Sweep published() {
    return new Sweep(
        name(),
        this,
        "\"recipe\": \"published\", \"standardize\": true",
        "\"modal_sparsity\": " + sparsities);
  }

  /** What Braid adds to the published recipe, in the middle. */
  List<Sweep> recipes() {
    return hasRecipes
        ? List.of(
            recipe("raw", "\"recipe\": \"published\"", "\"subset_views\": [0]"),
            recipe("views", "\"standardize\": true", "\"subset_views\": [0, 1, 2]"),
            recipe(
                "cosine",
                "\"standardize\": true, \"similarity\": \"cosine\"",
                "\"subset_views\": [0, 1]"))
        : List.of();
  }

  private Sweep recipe(String suffix, String recipe, String grid) {
    return new Sweep(
        name() + "-" + suffix,
        this,
        recipe,
        "\"modal_sparsity\": [%s], %s".formatted(MIDDLE, grid));
  }
}
