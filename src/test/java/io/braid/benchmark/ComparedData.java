package io.braid.benchmark;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A data set of the {@link Comparison}, and how long and how wide networks are trained on it.
 *
 * @param data its files
 * @param size of the networks; those of the paper, which are the service's defaults, where it is
 *     empty
 * @param sparsities at which architectures are compared
 * @param questions what else is asked of it
 */
record ComparedData(
    RealData data, Optional<Size> size, List<Double> sparsities, Set<Question> questions) {
  static final List<Integer> SEEDS = List.of(1, 2, 3);

  /** At which recipes are compared: the middle, beyond which the paper saw all of them fall. */
  static final double MIDDLE = 0.4;

  static final List<String> ARCHITECTURES = List.of("mca", "zorro", "eao");

  private static final String ALL_ARCHITECTURES = "\"architecture\": [\"mca\", \"zorro\", \"eao\"]";
  private static final String STANDARDIZED = "\"standardize\": true";

  /**
   * The published losses, spelt out: {@code recipe: published} keeps a warm-up of 2000 steps, which
   * is longer than these runs, so that their rate would only rise.
   */
  private static final String PUBLISHED = "\"negatives\": \"published\"";

  private static final String COSINE = STANDARDIZED + ", \"similarity\": \"cosine\"";
  private static final List<Double> ALL = List.of(0.0, 0.2, 0.4, 0.6, 0.8);

  private static final int UNTIL_TRAINED = 4;

  /** What is asked besides which architecture is best. */
  enum Question {
    /** Which recipe is. */
    RECIPE,
    /** Whether twice the width and depth, or twice the steps, change it. */
    SIZE,
    /** Whether what a modality is worth agrees with training without it. */
    WORTH
  }

  /**
   * Networks that two cores can train.
   *
   * @param epochs passes over the training samples, until the test loss has stopped falling or
   *     nearly
   * @param dim width, of four heads
   * @param channelTokens fusion tokens of each of MCA's channels
   * @param arePairs whether these are the whole and the pairs, else all of two and more modalities
   */
  record Size(int epochs, int dim, int layers, int channelTokens, boolean arePairs) {
    private static final int HEADS = 4;

    /** As fields of a training job on so many modalities. */
    String members(int modalities) {
      int channels =
          arePairs ? 1 + modalities * (modalities - 1) / 2 : (1 << modalities) - modalities - 1;
      return """
      "epochs": %d, "batch_size": 16,
      "network": {"embedding_dim": %d, "layers": %d, "heads": %d, "head_dim": %d, "fusion_tokens": %d%s},
      "optimizer": {"learning_rate": 0.006},\
      """
          .formatted(
              epochs,
              dim,
              layers,
              HEADS,
              dim / HEADS,
              channels * channelTokens,
              arePairs ? ", \"channels\": [%d, 2]".formatted(modalities) : "");
    }
  }

  /** The data sets, with networks that two cores can train. */
  static List<ComparedData> small() {
    return List.of(
        new ComparedData(
            tables("rosmap", "rosmap", "mrna.csv", "methylation.csv", "mirna.csv"),
            Optional.of(new Size(40, 32, 1, 2, false)),
            ALL,
            Set.of(Question.RECIPE)),
        new ComparedData(
            tables("mfeat-4", "mfeat", "fou.csv.gz", "kar.csv.gz", "zer.csv", "mor.csv"),
            Optional.of(new Size(16, 32, 1, 2, false)),
            ALL,
            Set.of(Question.RECIPE, Question.SIZE, Question.WORTH)),
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
            Optional.of(new Size(6, 32, 1, 1, true)),
            List.of(0.0, MIDDLE, 0.8),
            Set.of(Question.WORTH)));
  }

  /** The same with the paper's networks and optimizer, for a GPU; these are not doubled. */
  static List<ComparedData> paper() {
    return small().stream()
        .map(one -> {
          var questions = new HashSet<>(one.questions);
          questions.remove(Question.SIZE);
          return new ComparedData(one.data, Optional.empty(), ALL, questions);
        })
        .toList();
  }

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
        {"base": {"dataset": "%s", "model": "%s", %s "evaluate": {"classification": ["label"]}, %s},
         "grid": {%s, "seed": %s}}
        """
            .formatted(
                name(),
                name,
                size.map(one -> one.members(data.modalities().size())).orElse(""),
                recipe,
                grid,
                SEEDS));
  }

  /**
   * As the paper has it, but with standardised inputs: without, tables of all scales learn little.
   */
  Sweep published() {
    return sweep(
        name() + "-published",
        PUBLISHED + ", \"subset_views\": 0, " + STANDARDIZED,
        ALL_ARCHITECTURES + ", \"modal_sparsity\": " + sparsities);
  }

  /** What Braid adds to the published recipe, in the middle, and more of what it takes. */
  List<Sweep> recipes() {
    var recipes = new ArrayList<Sweep>();
    if (questions.contains(Question.RECIPE)) {
      recipes.add(recipe("raw-inputs", PUBLISHED + ", \"standardize\": false", "[0]"));
      recipes.add(recipe("views", STANDARDIZED, "[0, 1, 2]"));
      recipes.add(recipe("cosine", COSINE, "[0, 1]"));
      recipes.add(recipe("last-epoch", STANDARDIZED + ", \"keep\": \"last\"", "[1]"));
      recipes.add(recipe("cosine-last-epoch", COSINE + ", \"keep\": \"last\"", "[2]"));
      recipes.add(
          sweep(
              name() + "-more-views",
              COSINE,
              "\"architecture\": [\"mca\", \"zorro\"], \"modal_sparsity\": [%s], \"subset_views\": [2, 4]"
                  .formatted(MIDDLE)));
    }
    if (questions.contains(Question.SIZE)) {
      recipes.add(wide().recipe("two-layers", PUBLISHED + ", " + STANDARDIZED, "[0]"));
      recipes.add(times(2).recipe("twice-the-epochs", PUBLISHED + ", " + STANDARDIZED, "[0]"));
    }
    return recipes;
  }

  private ComparedData wide() {
    return with(one -> new Size(one.epochs, 2 * one.dim, 2, one.channelTokens, one.arePairs));
  }

  private ComparedData times(int epochs) {
    return with(
        one -> new Size(epochs * one.epochs, one.dim, one.layers, one.channelTokens, one.arePairs));
  }

  private ComparedData with(UnaryOperator<Size> other) {
    return new ComparedData(data, size.map(other), sparsities, questions);
  }

  private Sweep recipe(String suffix, String recipe, String views) {
    return sweep(
        name() + "-" + suffix,
        recipe,
        "%s, \"modal_sparsity\": [%s], \"subset_views\": %s"
            .formatted(ALL_ARCHITECTURES, MIDDLE, views));
  }

  /** MCA by Braid's default, as a training job. */
  String braidJob(double sparsity) {
    return """
    {"dataset": "%s", "model": "%s", %s "modal_sparsity": %s, "seed": 1}
    """
        .formatted(
            name(),
            name(),
            size.map(one -> one.members(data.modalities().size())).orElse(""),
            sparsity);
  }

  /** MCA on all that there is, of so many times the epochs that its losses have stopped falling. */
  Sweep trained() {
    return times(UNTIL_TRAINED)
        .sweep(name() + "-trained", STANDARDIZED, "\"architecture\": [\"mca\"]");
  }

  /** The same data without each modality in turn, by its name, where its worth is asked. */
  Map<String, ComparedData> withoutOne() {
    var without = new LinkedHashMap<String, ComparedData>();
    if (questions.contains(Question.WORTH)) {
      for (String modality : data.modalities()) {
        List<String> rest =
            data.files().stream().filter(file -> !file.startsWith(modality + ".")).toList();
        String name = name() + "-without-" + modality;
        without.put(
            modality,
            new ComparedData(
                new RealData(name, data.folder(), data.type(), rest), size, List.of(), Set.of()));
      }
    }
    return without;
  }
}
