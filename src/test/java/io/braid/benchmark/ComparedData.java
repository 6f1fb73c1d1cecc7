package io.braid.benchmark;

import java.util.List;
import java.util.Optional;

/**
 * A data set of the {@link Comparison}, and how long and how wide networks are trained on it.
 *
 * @param data its files
 * @param channels of MCA; the default where it is empty
 * @param fusionTokens a multiple of MCA's channels
 * @param epochs passes over the training samples, until the test loss has stopped falling or nearly
 * @param dim width of the networks, of four heads
 * @param layers of the networks
 * @param sparsities at which architectures are compared
 * @param hasRecipes whether recipes are compared too
 */
record ComparedData(
    RealData data,
    Optional<String> channels,
    int fusionTokens,
    int epochs,
    int dim,
    int layers,
    List<Double> sparsities,
    boolean hasRecipes) {
  static final int DIM = 32;
  private static final int HEADS = 4;
  static final int SEEDS = 3;

  /** At which recipes are compared: the middle, beyond which the paper saw all of them fall. */
  static final double MIDDLE = 0.4;

  static final List<String> ARCHITECTURES = List.of("mca", "zorro", "eao");

  private static final String ALL_ARCHITECTURES = "\"architecture\": [\"mca\", \"zorro\", \"eao\"]";
  private static final String STANDARDIZED = "\"standardize\": true";
  private static final String PUBLISHED = "\"recipe\": \"published\", " + STANDARDIZED;

  private static final List<Double> ALL = List.of(0.0, 0.2, 0.4, 0.6, 0.8);

  private static final ComparedData ROSMAP =
      new ComparedData(
          tables("rosmap", "rosmap", "mrna.csv", "methylation.csv", "mirna.csv"),
          Optional.empty(),
          8,
          40,
          DIM,
          1,
          ALL,
          true);

  /** That of which the worth of each modality is held against training without it. */
  static final ComparedData MFEAT_4 =
      new ComparedData(
          tables("mfeat-4", "mfeat", "fou.csv.gz", "kar.csv.gz", "zer.csv", "mor.csv"),
          Optional.empty(),
          22,
          16,
          DIM,
          1,
          ALL,
          true);

  private static final ComparedData MFEAT_6 =
      new ComparedData(
          tables(
              "mfeat-6",
              "mfeat",
              "fou.csv.gz",
              "fac.csv.gz",
              "kar.csv.gz",
              "pix.csv",
              "zer.csv",
              "mor.csv"),
          Optional.of("[6, 2]"),
          16,
          6,
          DIM,
          1,
          List.of(0.0, MIDDLE, 0.8),
          false);

  static final List<ComparedData> EVERY = List.of(ROSMAP, MFEAT_4, MFEAT_6);

  private static RealData tables(String name, String folder, String... files) {
    return new RealData(name, folder, "tabular", List.of(files));
  }

  String name() {
    return data.name();
  }

  /**
   * A sweep over seeds and something else.
   *
   * @param name its own, and that of the model whose versions its cells are
   * @param request what is posted
   */
  record Sweep(String name, String request) {}

  /**
   * @param recipe fields of a training job, as JSON members
   * @param grid the fields that it changes besides the seed
   */
  private Sweep sweep(String name, String recipe, String grid) {
    return new Sweep(
        name,
        """
        {"base": {"dataset": "%s", "model": "%s", "epochs": %d, "batch_size": 16,
           "network": {"embedding_dim": %d, "layers": %d, "heads": 4, "head_dim": %d, "fusion_tokens": %d%s},
           "optimizer": {"learning_rate": 0.006}, "evaluate": {"classification": ["label"]}, %s},
         "grid": {%s, "seed": [1, 2, 3]}}
        """
            .formatted(
                name(),
                name,
                epochs,
                dim,
                layers,
                dim / HEADS,
                fusionTokens,
                channels.map(sizes -> ", \"channels\": " + sizes).orElse(""),
                recipe,
                grid));
  }

  /**
   * As the paper has it, but with standardised inputs: without, tables of all scales learn little.
   */
  Sweep published() {
    return sweep(name(), PUBLISHED, ALL_ARCHITECTURES + ", \"modal_sparsity\": " + sparsities);
  }

  /** What Braid adds to the published recipe, in the middle, and more of what it takes. */
  List<Sweep> recipes() {
    return hasRecipes
        ? List.of(
            recipe("raw", "\"recipe\": \"published\"", "[0]"),
            recipe("views", STANDARDIZED, "[0, 1, 2]"),
            recipe("cosine", STANDARDIZED + ", \"similarity\": \"cosine\"", "[0, 1]"),
            with(epochs, 2 * DIM, 2).recipe("wide", PUBLISHED, "[0]"),
            with(2 * epochs, DIM, 1).recipe("long", PUBLISHED, "[0]"))
        : List.of();
  }

  private ComparedData with(int epochs, int dim, int layers) {
    return new ComparedData(
        data, channels, fusionTokens, epochs, dim, layers, sparsities, hasRecipes);
  }

  private Sweep recipe(String suffix, String recipe, String views) {
    return sweep(
        name() + "-" + suffix,
        recipe,
        "%s, \"modal_sparsity\": [%s], \"subset_views\": %s"
            .formatted(ALL_ARCHITECTURES, MIDDLE, views));
  }

  /** MCA on all that there is. */
  Sweep mca() {
    return sweep(name() + "-mca", STANDARDIZED, "\"architecture\": [\"mca\"]");
  }

  /** The same data without a modality. */
  ComparedData without(String modality) {
    List<String> rest =
        data.files().stream().filter(file -> !file.startsWith(modality + ".")).toList();
    String name = name() + "-without-" + modality;
    return new ComparedData(
        new RealData(name, data.folder(), data.type(), rest),
        Optional.empty(),
        8,
        epochs,
        DIM,
        1,
        List.of(),
        false);
  }
}
