package io.braid.dataset;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Sample;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Made-up patients: the modalities of the demo model say, each in its own way and with noise of its
 * own, what a few hidden factors are. So one modality tells which sample another belongs to, but
 * not for certain. The same seed makes the same samples, whatever their number.
 */
public final class SyntheticDataset {
  /** Hidden factors that all modalities share. */
  private static final int FACTORS = 12;

  /** Hidden factors of one modality alone. */
  private static final int OWN_FACTORS = 4;

  private static final List<String> SITES = List.of("breast", "colon", "lung", "skin");
  private static final int GROUPS = 8;
  private static final int FEATURES = 6;
  private static final int MIN_STEPS = 40;
  private static final int MAX_STEPS = 100;
  private static final List<String> PROTEINS =
      List.of(
          "EGFR", "TP53", "ERBB2", "ESR1", "PGR", "AKT1", "PTEN", "MTOR", "MAPK1", "MAPK3", "BRAF",
          "RAF1", "KRAS", "SRC", "STAT3", "JAK2", "CDH1", "CTNNB1", "VIM", "MYC", "CCND1", "CCNE1",
          "CDK4", "RB1", "BCL2", "BAX", "CASP3", "PARP1", "ATM", "CHEK1", "GATA3", "AR");

  /** Columns of each table, in the order of the schema. */
  private static final Map<String, Integer> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("gene", 64);
    TABLES.put("protein", PROTEINS.size());
    TABLES.put("mirna", 48);
  }

  private static final String SEQUENCE = "activity";

  /** What is the same for all samples: how factors show in each modality. */
  private final Map<String, double[][]> loadings = new LinkedHashMap<>();

  private final double[][] centres;
  private final double[][] waves;
  private final double[] ageing;
  private final long seed;

  /** A made-up patient: those modalities that were measured, and labels. */
  private record Patient(Map<String, float[]> measured, int group, double age) {}

  public SyntheticDataset(long seed) {
    this.seed = seed;
    RandomGenerator random = random(seed);
    this.centres = matrix(GROUPS, FACTORS, 1, random);
    TABLES.forEach((name, columns) ->
        loadings.put(name, matrix(columns, 2 * FACTORS + OWN_FACTORS, 1, random)));
    this.waves = matrix(3 * FEATURES, FACTORS, 1 / Math.sqrt(FACTORS), random);
    this.ageing = matrix(1, FACTORS, 1 / Math.sqrt(FACTORS), random)[0];
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static double[][] matrix(int rows, int columns, double scale, RandomGenerator random) {
    var matrix = new double[rows][columns];
    for (double[] row : matrix) {
      Arrays.setAll(row, _ -> scale * random.nextGaussian());
    }
    return matrix;
  }

  /**
   * Samples {@code from}, {@code from + 1}, ...
   *
   * @param sparsity probability with which a modality of a sample was not measured; one always was
   */
  public List<Sample> draw(int from, int number, double sparsity) {
    var samples = new ArrayList<Sample>();
    for (int i = from; i < from + number; i++) {
      var features = new LinkedHashMap<String, Features>();
      patient(i, sparsity)
          .measured()
          .forEach((name, cells) -> features.put(name, features(name, cells)));
      samples.add(new Sample(Optional.of(id(i)), features, List.of()));
    }
    return samples;
  }

  /**
   * A sample as a client would send it, with what else is known of it.
   *
   * @param modalities by name: numbers of a row, or rows of numbers
   */
  public record Posted(String id, Map<String, Object> modalities, Map<String, Object> metadata) {}

  /** Samples {@code from}, {@code from + 1}, ... as a client would send them; see {@link #draw}. */
  public List<Posted> post(int from, int number, double sparsity) {
    var posted = new ArrayList<Posted>();
    for (int i = from; i < from + number; i++) {
      Patient patient = patient(i, sparsity);
      var modalities = new LinkedHashMap<String, Object>();
      patient
          .measured()
          .forEach(
              (name, cells) -> modalities.put(name, name.equals(SEQUENCE) ? steps(cells) : cells));
      var metadata = new LinkedHashMap<String, Object>();
      metadata.put("group", "g" + patient.group());
      metadata.put("age", (int) Math.round(patient.age()));
      metadata.put("site", SITES.get(i % SITES.size()));
      posted.add(new Posted(id(i), modalities, metadata));
    }
    return posted;
  }

  private static List<float[]> steps(float[] cells) {
    var steps = new ArrayList<float[]>();
    for (int from = 0; from < cells.length; from += FEATURES) {
      steps.add(Arrays.copyOfRange(cells, from, from + FEATURES));
    }
    return steps;
  }

  private static Features features(String name, float[] cells) {
    return name.equals(SEQUENCE)
        ? new Features.Steps(FloatMatrix.of(cells.length / FEATURES, FEATURES, cells))
        : new Features.Cells(IntVector.range(cells.length), FloatMatrix.of(cells.length, 1, cells));
  }

  private Patient patient(int number, double sparsity) {
    RandomGenerator random = random(seed * 1_000_003 + number + 1);
    int group = random.nextInt(GROUPS);
    var factors = new double[FACTORS];
    Arrays.setAll(factors, f -> 0.8 * centres[group][f] + 0.8 * random.nextGaussian());
    var all = new LinkedHashMap<String, float[]>();
    loadings.forEach((name, loading) -> all.put(name, table(loading, factors, random)));
    all.put(SEQUENCE, sequence(factors, random));
    double age = 50 + 12 * dot(ageing, factors, 0) + 3 * random.nextGaussian();
    var measured = new LinkedHashMap<String, float[]>();
    while (measured.isEmpty()) {
      all.forEach((name, cells) -> {
        if (random.nextDouble() >= sparsity) {
          measured.put(name, cells);
        }
      });
    }
    return new Patient(measured, group, age);
  }

  private static float[] table(double[][] loading, double[] factors, RandomGenerator random) {
    var own = new double[OWN_FACTORS];
    Arrays.setAll(own, _ -> random.nextGaussian());
    var cells = new float[loading.length];
    for (int c = 0; c < cells.length; c++) {
      double straight = dot(loading[c], factors, 0) / Math.sqrt(FACTORS);
      double bent = Math.sin(dot(loading[c], factors, FACTORS) / 2);
      double alone = dot(loading[c], own, 2 * FACTORS) / Math.sqrt(OWN_FACTORS);
      double value = 0.6 * straight + 0.5 * bent + 0.4 * alone + 0.5 * random.nextGaussian();
      cells[c] = (float) (Math.round(value * 1e4) / 1e4);
    }
    return cells;
  }

  private float[] sequence(double[] factors, RandomGenerator random) {
    int steps = random.nextInt(MIN_STEPS, MAX_STEPS + 1);
    var cells = new float[steps * FEATURES];
    for (int f = 0; f < FEATURES; f++) {
      double size = 1 + 0.5 * Math.tanh(dot(waves[3 * f], factors, 0));
      double rate = 0.15 * (1.5 + Math.tanh(dot(waves[3 * f + 1], factors, 0)));
      double level = dot(waves[3 * f + 2], factors, 0);
      double phase = random.nextDouble(2 * Math.PI);
      for (int t = 0; t < steps; t++) {
        double value =
            0.5 * level + size * Math.sin(rate * t + phase) + 0.3 * random.nextGaussian();
        cells[t * FEATURES + f] = (float) (Math.round(value * 1e4) / 1e4);
      }
    }
    return cells;
  }

  private static double dot(double[] row, double[] factors, int from) {
    double sum = 0;
    for (int i = 0; i < factors.length; i++) {
      sum += row[from + i] * factors[i];
    }
    return sum;
  }

  private static String id(int sample) {
    return "patient-" + sample;
  }

  /**
   * Writes the parts of an upload: {@code schema.yaml}, a CSV for each modality, {@code
   * labels.csv}.
   */
  public void write(Path folder, int samples, double sparsity) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("schema.yaml"),
        """
        modalities:
          - {name: gene, type: tabular}
          - {name: protein, type: tabular}
          - {name: mirna, type: tabular}
          - {name: activity, type: sequence, max_length: 100}
        labels:
          - {name: group, type: classification}
          - {name: age, type: regression}
        """);
    var writers = new LinkedHashMap<String, PrintWriter>();
    try (var labels = writer(folder, "labels", "group,age")) {
      for (String name : loadings.keySet()) {
        writers.put(name, writer(folder, name, String.join(",", columns(name))));
      }
      writers.put(SEQUENCE, writer(folder, SEQUENCE, "t,c0,c1,c2,c3,c4,c5"));
      for (int i = 0; i < samples; i++) {
        String id = id(i);
        Patient patient = patient(i, sparsity);
        patient
            .measured()
            .forEach((name, cells) -> {
              PrintWriter writer = writers.get(name);
              if (writer != null) {
                writeRows(writer, id, name, cells);
              }
            });
        labels.printf(Locale.ROOT, "%s,g%d,%.2f\n", id, patient.group(), patient.age());
      }
    } finally {
      writers.values().forEach(PrintWriter::close);
    }
  }

  private static PrintWriter writer(Path folder, String name, String columns) throws IOException {
    var writer = new PrintWriter(Files.newBufferedWriter(folder.resolve(name + ".csv")));
    writer.print("id," + columns + "\n");
    return writer;
  }

  private List<String> columns(String table) {
    if (table.equals("protein")) {
      return PROTEINS;
    }
    int number = loadings.getOrDefault(table, new double[0][]).length;
    return java.util.stream.IntStream.range(0, number).mapToObj(Integer::toString).toList();
  }

  private static void writeRows(PrintWriter writer, String id, String name, float[] cells) {
    int width = name.equals(SEQUENCE) ? FEATURES : cells.length;
    for (int row = 0; row * width < cells.length; row++) {
      writer.print(id);
      if (name.equals(SEQUENCE)) {
        writer.print("," + row);
      }
      for (int c = 0; c < width; c++) {
        writer.print("," + cells[row * width + c]);
      }
      writer.print("\n");
    }
  }
}
