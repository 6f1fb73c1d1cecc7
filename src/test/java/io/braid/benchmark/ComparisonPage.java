package io.braid.benchmark;

import io.braid.benchmark.ComparedCell.Number;
import io.braid.benchmark.ComparedCell.Spread;
import io.braid.benchmark.ComparisonFindings.Worth;
import io.braid.metrics.Regression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What a {@link Comparison} has found: tables, pictures, and the paper's claims beside them.
 *
 * @param folder where they go
 */
record ComparisonPage(Path folder) {
  private static final List<String> COLUMNS = List.of("mca", "zorro", "eao", "linear");
  private static final List<Number> BY_SPARSITY =
      List.of(
          Number.RANK,
          Number.RECALL_1,
          Number.RECALL_10,
          Number.AUPR,
          Number.ACCURACY,
          Number.UNIFORMITY,
          Number.UNIMODAL,
          Number.ALIGNMENT,
          Number.COMPLETE_10,
          Number.COMPLETE_AUPR,
          Number.LOSS_GAP,
          Number.SECONDS);
  private static final List<Number> BY_RECIPE =
      List.of(
          Number.RANK,
          Number.RECALL_1,
          Number.RECALL_10,
          Number.AUPR,
          Number.UNIFORMITY,
          Number.ALIGNMENT,
          Number.BY_1,
          Number.BY_2,
          Number.BY_3,
          Number.SECONDS);

  /** Writes the numbers and pictures that a page on results shows. */
  void write(List<ComparedData> all, ComparisonFindings found) throws Exception {
    Files.createDirectories(folder);
    var page =
        new StringBuilder(
            """
            # Results: the numbers

            Made by `Comparison`, which [results](../results.md) tells how to run; means and standard deviations over seeds, in
            parentheses how many where they are not three.
            """);
    for (ComparedData compared : all) {
      page.append("\n## ").append(compared.name()).append("\n");
      List<ComparedCell> cells = found.published(compared);
      if (cells.isEmpty()) {
        page.append("\nNot trained yet.\n");
        continue;
      }
      for (int figure = 4; figure <= 7; figure++) {
        String name = "%s-%d.svg".formatted(compared.name(), figure);
        Files.writeString(folder.resolve(name), found.picture(compared.published(), figure));
        page.append("\n![Figure %d for %s](%s)\n".formatted(figure, compared.name(), name));
      }
      page.append(bySparsity(compared, cells)).append(claims(compared, cells));
      page.append(epochs(compared, found.epochs(compared)));
      List<ComparedCell> recipes = found.recipes(compared);
      if (!recipes.isEmpty()) {
        page.append(byRecipe(recipes));
      }
      Map<String, List<Worth>> worth = found.worth(compared);
      if (!worth.isEmpty()) {
        page.append(worth(worth));
      }
    }
    Files.writeString(folder.resolve("numbers.md"), page);
  }

  private static String bySparsity(ComparedData compared, List<ComparedCell> cells) {
    var text =
        new StringBuilder(
            "\n| | S | %s |\n%s\n"
                .formatted(String.join(" | ", COLUMNS), "|---".repeat(COLUMNS.size() + 2) + "|"));
    for (Number number : BY_SPARSITY) {
      for (double sparsity : compared.sparsities()) {
        text.append("| %s | %s |".formatted(number.title, sparsity));
        for (String column : COLUMNS) {
          text.append(
              " %s |".formatted(spread(cells, column, sparsity, number).shown(number.digits)));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static Spread spread(
      List<ComparedCell> cells, String architecture, double sparsity, Number number) {
    return Spread.of(
        cells.stream()
            .filter(cell -> cell.architecture().equals(architecture) && cell.sparsity() == sparsity)
            .toList(),
        number);
  }

  private static String byRecipe(List<ComparedCell> cells) {
    var text =
        new StringBuilder(
            "\nRecipes at S = %s, measured on complete test samples.\n\n| | recipe |"
                .formatted(ComparedData.MIDDLE));
    BY_RECIPE.forEach(number -> text.append(" %s |".formatted(number.title)));
    text.append("\n|---|---|").append("---|".repeat(BY_RECIPE.size())).append('\n');
    var recipes = new LinkedHashSet<String>();
    cells.stream()
        .sorted(Comparator.comparing(cell -> cell.recipe().contains(";")))
        .forEach(cell -> recipes.add(cell.recipe()));
    for (String architecture : COLUMNS) {
      for (String recipe : recipes) {
        List<ComparedCell> of =
            cells.stream()
                .filter(cell ->
                    cell.architecture().equals(architecture) && cell.recipe().equals(recipe))
                .toList();
        if (!of.isEmpty()) {
          text.append("| %s | %s |".formatted(architecture, recipe));
          BY_RECIPE.forEach(
              number -> text.append(" %s |".formatted(Spread.of(of, number).shown(number.digits))));
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  private static String epochs(ComparedData compared, List<ComparedCell> cells) {
    var text =
        new StringBuilder(
            """

            recall@10 of the epoch with the lowest test loss, whose weights are kept, and of the last.

            | | S | chosen | last |
            |---|---|---|---|
            """);
    for (String architecture : ComparedData.ARCHITECTURES) {
      for (double sparsity : compared.sparsities()) {
        text.append("| %s | %s |".formatted(architecture, sparsity));
        for (String epoch : List.of("chosen epoch", "last epoch")) {
          List<ComparedCell> of =
              cells.stream().filter(cell -> cell.recipe().equals(epoch)).toList();
          text.append(
              " %s |".formatted(spread(of, architecture, sparsity, Number.RECALL_10).shown(3)));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String claims(ComparedData compared, List<ComparedCell> cells) {
    var claims = new Claims(cells, compared.sparsities());
    claims.add("EAO is best in median rank", claims.isBest("eao", Number.RANK));
    claims.add("EAO is best in recall@10", claims.isBest("eao", Number.RECALL_10));
    claims.add(
        "MCA is above Zorro in recall@10", claims.isBetter("mca", "zorro", Number.RECALL_10));
    claims.add("MCA is best in probes (AUPR)", claims.isBest("mca", Number.AUPR));
    claims.add("MCA has the best uniformity", claims.isBest("mca", Number.UNIFORMITY));
    claims.add("EAO has the best alignment", claims.isBest("eao", Number.ALIGNMENT));
    for (String architecture : ComparedData.ARCHITECTURES) {
      claims.add(
          "recall@10 of %s on complete samples is below that at S = 0.4".formatted(architecture),
          (sparsity, margin) -> {
            Spread middle = spread(cells, architecture, ComparedData.MIDDLE, Number.COMPLETE_10);
            Spread here = spread(cells, architecture, sparsity, Number.COMPLETE_10);
            return sparsity > ComparedData.MIDDLE
                && middle.mean() - here.mean()
                    > (margin ? Math.max(middle.deviation(), here.deviation()) : 0);
          });
    }
    return claims.table();
  }

  /** At which sparsities each of the paper's claims held. */
  private static final class Claims {
    private final List<ComparedCell> cells;
    private final List<Double> sparsities;
    private final StringBuilder text =
        new StringBuilder(
            "\n"
                + "| the paper's claim | held in the mean at S | by more than the larger deviation"
                + " |\n"
                + "|---|---|---|\n");

    Claims(List<ComparedCell> cells, List<Double> sparsities) {
      this.cells = cells;
      this.sparsities = sparsities;
    }

    /**
     * @param holds at a sparsity, by more than a deviation where that is asked
     */
    void add(String claim, BiPredicate<Double, Boolean> holds) {
      text.append("| %s | %s | %s |\n".formatted(claim, where(holds, false), where(holds, true)));
    }

    private String where(BiPredicate<Double, Boolean> holds, boolean margin) {
      String where =
          sparsities.stream()
              .filter(sparsity -> holds.test(sparsity, margin))
              .map(Object::toString)
              .collect(Collectors.joining(", "));
      return where.isEmpty() ? "none" : where;
    }

    BiPredicate<Double, Boolean> isBest(String architecture, Number number) {
      return ComparedData.ARCHITECTURES.stream()
          .filter(other -> !other.equals(architecture))
          .map(other -> isBetter(architecture, other, number))
          .reduce(BiPredicate::and)
          .orElseThrow();
    }

    BiPredicate<Double, Boolean> isBetter(String one, String other, Number number) {
      return (sparsity, margin) -> {
        Spread ours = spread(cells, one, sparsity, number);
        Spread theirs = spread(cells, other, sparsity, number);
        double ahead = (ours.mean() - theirs.mean()) * (number.isMoreBetter ? 1 : -1);
        return ahead > (margin ? Math.max(ours.deviation(), theirs.deviation()) : 0);
      };
    }

    String table() {
      return text.toString();
    }
  }

  /** The worth of modalities beside what is lost where they are left out of training. */
  private static String worth(Map<String, List<Worth>> worth) {
    var text =
        new StringBuilder(
            """

            What a modality is worth to the accuracy of the label: gained over all subsets without it, lost from the whole where a query
            lacks it, and lost where a model is trained without it.

            | modality | gained | lost from the whole | trained without it |
            |---|---|---|---|
            """);
    worth.forEach((modality, seeds) ->
        text.append(
            "| %s | %s | %s | %s |\n"
                .formatted(
                    modality,
                    spread(seeds, Worth::gain).shown(3),
                    spread(seeds, Worth::missing).shown(3),
                    spread(seeds, Worth::retrained).shown(3))));
    text.append(
        String.format(
            Locale.ROOT,
            "%nSpearman's rank correlation of the last column with the first: %.2f; with the"
                + " second: %.2f%n",
            spearman(worth.values(), Worth::gain),
            spearman(worth.values(), Worth::missing)));
    return text.toString();
  }

  private static Spread spread(List<Worth> seeds, ToDoubleFunction<Worth> number) {
    return Spread.of(seeds.stream().mapToDouble(number).toArray());
  }

  /** Of a number with what retraining loses, by their means. */
  private static double spearman(Collection<List<Worth>> worth, ToDoubleFunction<Worth> number) {
    List<Double> x = worth.stream().map(seeds -> spread(seeds, number).mean()).toList();
    List<Double> y = worth.stream().map(seeds -> spread(seeds, Worth::retrained).mean()).toList();
    return Regression.of(array(x), array(y)).spearman();
  }

  private static double[] array(List<Double> numbers) {
    return numbers.stream().mapToDouble(number -> number).toArray();
  }
}
