package io.braid.benchmark;

import io.braid.dataset.ModalSparsity;
import io.braid.dataset.Split;
import io.braid.dataset.StoredDataset;
import io.braid.metrics.Classification;
import io.braid.metrics.Embeddings;
import io.braid.metrics.LinearProbe;
import io.braid.metrics.Ranking;
import io.braid.modality.Features;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.simple.SimpleMatrix;

/**
 * What needs no network, on the same split with the same modalities dropped: a linear probe of the
 * concatenated table, means filled in; and linear embeddings, a ridge regression from each modality
 * to the principal components of that table, of which a sample's fusion is the mean. Of tables.
 */
final class Baselines {
  private static final double RIDGE = 1;

  private final StoredDataset dataset;
  private final int dim;
  private final Split split;
  private final long[] kept;

  /** First column of each modality in the concatenated table, and the end. */
  private final int[] starts;

  /** Standardised by the training samples, 0 where something is missing. */
  private final SimpleMatrix table;

  /**
   * @param sparsity of the training samples, and of the test samples unless these are complete
   * @param dim of the embeddings
   */
  Baselines(StoredDataset dataset, double sparsity, long seed, int dim, boolean areTestsComplete) {
    this.dataset = dataset;
    this.dim = dim;
    this.split = Split.of(dataset, Split.TEST_FRACTION, seed);
    this.kept = ModalSparsity.draw(dataset, sparsity, seed);
    if (areTestsComplete) {
      long[] all = ModalSparsity.draw(dataset, 0, seed);
      split.test().stream().forEach(i -> kept[i] = all[i]);
    }
    List<Modality> modalities = dataset.schema().modalities();
    this.starts = new int[modalities.size() + 1];
    for (int m = 0; m < modalities.size(); m++) {
      starts[m + 1] = starts[m] + modalities.get(m).maxTokens();
    }
    this.table = standardized(cells());
  }

  private SimpleMatrix cells() {
    var cells = new SimpleMatrix(dataset.size(), starts[starts.length - 1]);
    cells.fill(Double.NaN);
    for (int i = 0; i < dataset.size(); i++) {
      int row = i;
      dataset
          .sample(i, kept[i])
          .ifPresent(sample ->
              sample
                  .modalities()
                  .forEach((name, features) -> {
                    int start = starts[dataset.schema().names().indexOf(name)];
                    if (features instanceof Features.Cells(var columns, var values)) {
                      for (int c = 0; c < columns.size(); c++) {
                        cells.set(row, start + columns.get(c), values.get(c, 0));
                      }
                    }
                  }));
    }
    return cells;
  }

  private SimpleMatrix standardized(SimpleMatrix cells) {
    for (int c = 0; c < cells.getNumCols(); c++) {
      int column = c;
      double[] known =
          split.train().stream()
              .mapToDouble(i -> cells.get(i, column))
              .filter(value -> !Double.isNaN(value))
              .toArray();
      double mean = IntStream.range(0, known.length).mapToDouble(i -> known[i]).average().orElse(0);
      double square = 0;
      for (double value : known) {
        square += (value - mean) * (value - mean) / known.length;
      }
      double deviation = square > 0 ? Math.sqrt(square) : 1;
      for (int i = 0; i < cells.getNumRows(); i++) {
        double value = cells.get(i, c);
        cells.set(i, c, Double.isNaN(value) ? 0 : (value - mean) / deviation);
      }
    }
    return cells;
  }

  private IntVector present(IntVector samples) {
    return IntVector.of(samples.stream().filter(i -> kept[i] != 0).toArray());
  }

  private static Embeddings rows(SimpleMatrix matrix, IntVector samples) {
    var rows = new ArrayList<float[]>();
    samples.stream()
        .forEach(i -> {
          var row = new float[matrix.getNumCols()];
          for (int c = 0; c < row.length; c++) {
            row[c] = (float) matrix.get(i, c);
          }
          rows.add(row);
        });
    return Embeddings.of(matrix.getNumCols(), rows);
  }

  /** The linear probe of the concatenated table. */
  Classification probe(String label, int classes) {
    IntVector train = present(split.train());
    IntVector test = present(split.test());
    var probe =
        LinearProbe.classifier(rows(table, train), classes(train, label), classes, () -> {});
    return Classification.of(probe.logits(rows(table, test)), classes(test, label));
  }

  private IntVector classes(IntVector samples, String label) {
    return IntVector.of(
        samples.stream().map(i -> dataset.classOf(i, label).orElseThrow()).toArray());
  }

  /**
   * The mean over modalities of how a linear embedding of one finds the fusion.
   *
   * @param isOfOthers whether the fusion leaves out the modality of the query, which would find
   *     itself in the mean; then every test sample must have another
   */
  Ranking retrieval(boolean isOfOthers) {
    SimpleMatrix goal = components();
    var unimodal = new ArrayList<SimpleMatrix>();
    for (int m = 0; m < dataset.schema().size(); m++) {
      unimodal.add(columns(m).mult(ridge(m, goal)));
    }
    IntVector test = present(split.test());
    var rankings = new ArrayList<Ranking>();
    for (int m = 0; m < unimodal.size(); m++) {
      int modality = m;
      int[] own =
          IntStream.range(0, test.size())
              .filter(row -> (kept[test.get(row)] >> modality & 1) == 1)
              .toArray();
      if (own.length > 0) {
        var queries = IntVector.of(IntStream.of(own).map(test::get).toArray());
        Embeddings candidates =
            rows(fusions(unimodal, isOfOthers ? ~(1L << modality) : -1), test).unit();
        rankings.add(
            Ranking.of(
                Ranking.ranks(
                    rows(unimodal.get(m), queries).unit(), candidates, IntVector.of(own))));
      }
    }
    return Ranking.mean(rankings);
  }

  /** The mean of what a sample has among some modalities. */
  private SimpleMatrix fusions(List<SimpleMatrix> unimodal, long among) {
    var fusions = new SimpleMatrix(dataset.size(), dim);
    for (int i = 0; i < dataset.size(); i++) {
      long present = kept[i] & among;
      for (int m = 0; m < unimodal.size(); m++) {
        if ((present >> m & 1) == 1) {
          for (int d = 0; d < dim; d++) {
            fusions.set(
                i, d, fusions.get(i, d) + unimodal.get(m).get(i, d) / Long.bitCount(present));
          }
        }
      }
    }
    return fusions;
  }

  /** The table's training rows on their first principal components, as columns of all rows. */
  private SimpleMatrix components() {
    var train = new SimpleMatrix(split.train().size(), table.getNumCols());
    for (int row = 0; row < split.train().size(); row++) {
      train.insertIntoThis(row, 0, table.extractVector(true, split.train().get(row)));
    }
    SimpleMatrix directions = train.svd(true).getV();
    return table.mult(directions.extractMatrix(0, SimpleMatrix.END, 0, dim));
  }

  private SimpleMatrix columns(int modality) {
    return table.extractMatrix(0, SimpleMatrix.END, starts[modality], starts[modality + 1]);
  }

  private SimpleMatrix ridge(int modality, SimpleMatrix goal) {
    int[] rows = split.train().stream().filter(i -> (kept[i] >> modality & 1) == 1).toArray();
    var x = new SimpleMatrix(rows.length, starts[modality + 1] - starts[modality]);
    var y = new SimpleMatrix(rows.length, dim);
    SimpleMatrix columns = columns(modality);
    for (int row = 0; row < rows.length; row++) {
      x.insertIntoThis(row, 0, columns.extractVector(true, rows[row]));
      y.insertIntoThis(row, 0, goal.extractVector(true, rows[row]));
    }
    SimpleMatrix gram =
        x.transpose().mult(x).plus(SimpleMatrix.identity(x.getNumCols()).scale(RIDGE));
    return gram.solve(x.transpose().mult(y));
  }
}
