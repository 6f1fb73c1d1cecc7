package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.modality.Features;
import io.braid.modality.Modality;
import io.braid.modality.SampleReader;
import io.braid.problem.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A sample of a dataset is what the same data in a request would be, missing cells and all. */
class SameAsRequestsTest {
  private static final int SAMPLES = 60;
  private static final JsonMapper JSON = new JsonMapper();

  /** Every sequence may be cut off, and sits beside one that fits. */
  private static final String SCHEMA =
      """
      modalities:
        - {name: table, type: tabular, columns: [A, B, C]}
        - {name: steps, type: sequence, max_length: 4}
        - {name: text, type: tokens, vocabulary: 5, max_length: 4}
        - {name: counts, type: sparse_tabular, vocabulary: 6, max_length: 3}
        - {name: spectro, type: patches, patch: [2, 2], max_length: 3}
      """;

  @TempDir Path folder;

  /** One sample as JSON has it. */
  private record Drawn(String id, Map<String, Object> modalities) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isReadAlike(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var files = new LinkedHashMap<String, StringBuilder>();
    files.put("table", new StringBuilder("id,A,B,C\n"));
    files.put("steps", new StringBuilder("id,t,c0,c1\n"));
    files.put("text", new StringBuilder("id,t,token\n"));
    files.put("counts", new StringBuilder("id,index,value\n"));
    files.put("spectro", new StringBuilder("id,t,c0,c1,c2,c3\n"));
    var samples = new ArrayList<Drawn>();
    for (int i = 0; i < SAMPLES; i++) {
      samples.add(draw("s" + i, files, random));
    }
    var upload = new Upload(folder).schema(SCHEMA);
    files.forEach((name, text) -> upload.csv(name, text.toString()));
    try (StoredDataset dataset = upload.read()) {
      List<String> ids = dataset.ids();
      for (Drawn sample : samples) {
        Map<String, Features> requested = requested(dataset, sample);
        int number = ids.indexOf(sample.id());
        Map<String, Features> stored =
            number < 0
                ? Map.of()
                : dataset.sample(number, -1).map(s -> s.modalities()).orElse(Map.of());
        assertThat(stored).as("%s", sample).isEqualTo(requested);
        for (int m = 0; m < dataset.schema().size(); m++) {
          Modality modality = dataset.schema().modalities().get(m);
          assertThat(number >= 0 && dataset.isPresent(number, m))
              .as("%s of %s", modality, sample)
              .isEqualTo(requested.containsKey(modality.name()));
        }
      }
    }
  }

  private static Map<String, Features> requested(StoredDataset dataset, Drawn sample) {
    var faults = new ArrayList<Fault>();
    try (var parser = JSON.createParser(JSON.writeValueAsString(sample.modalities()))) {
      parser.nextToken();
      var read = new SampleReader(dataset.schema()).readModalities(parser, "", faults);
      assertThat(faults).isEmpty();
      return read.orElseThrow().present();
    }
  }

  private static Drawn draw(String id, Map<String, StringBuilder> files, RandomGenerator random) {
    var modalities = new LinkedHashMap<String, Object>();
    files.forEach((name, file) -> {
      if (random.nextInt(4) > 0) {
        modalities.put(
            name,
            switch (name) {
              case "table" -> row(id + ",", 3, file, random);
              case "steps" -> rows(id, 1 + random.nextInt(7), 2, file, random);
              case "text" -> tokens(id, 1 + random.nextInt(7), file, random);
              case "counts" -> cells(id, file, random);
              default -> matrix(id, 2 * (1 + random.nextInt(2)), file, random);
            });
      }
    });
    return new Drawn(id, modalities);
  }

  private static List<Object> row(
      String begin, int columns, StringBuilder file, RandomGenerator random) {
    var row = new ArrayList<Object>();
    var line = new ArrayList<String>();
    for (int c = 0; c < columns; c++) {
      Float number = random.nextInt(3) == 0 ? null : (float) random.nextGaussian();
      row.add(number);
      line.add(number == null ? "" : number.toString());
    }
    file.append(begin).append(String.join(",", line)).append('\n');
    return row;
  }

  private static List<Object> rows(
      String id, int rows, int columns, StringBuilder file, RandomGenerator random) {
    var all = new ArrayList<Object>();
    for (int t = 0; t < rows; t++) {
      all.add(row(id + "," + 3 * t + ",", columns, file, random));
    }
    return all;
  }

  private static List<Object> tokens(
      String id, int number, StringBuilder file, RandomGenerator random) {
    var tokens = new ArrayList<Object>();
    for (int t = 0; t < number; t++) {
      int token = Math.max(0, random.nextInt(8) - 3);
      tokens.add(token);
      file.append("%s,%d,%d\n".formatted(id, t, token));
    }
    return tokens;
  }

  private static Map<String, Object> cells(String id, StringBuilder file, RandomGenerator random) {
    var indices = new ArrayList<Object>();
    var values = new ArrayList<Object>();
    for (int index = random.nextInt(3); index < 6; index += 1 + random.nextInt(3)) {
      float value = (float) random.nextGaussian();
      indices.add(index);
      values.add(value);
      file.append("%s,%d,%s\n".formatted(id, index, value));
    }
    return Map.of("indices", indices, "values", values);
  }

  /** A matrix of whole patches, some of which are missing. */
  private static List<Object> matrix(
      String id, int rows, StringBuilder file, RandomGenerator random) {
    var missing = new boolean[rows / 2][2];
    for (boolean[] abreast : missing) {
      abreast[0] = random.nextInt(2) == 0;
      abreast[1] = random.nextInt(2) == 0;
    }
    var all = new ArrayList<Object>();
    for (int r = 0; r < rows; r++) {
      var row = new ArrayList<Object>();
      var line = new ArrayList<String>();
      for (int c = 0; c < 4; c++) {
        Float number =
            missing[r / 2][c / 2]
                ? random.nextBoolean() ? null : Float.valueOf(-10_000)
                : Float.valueOf((float) random.nextGaussian());
        row.add(number);
        line.add(number == null ? "" : number.toString());
      }
      all.add(row);
      file.append("%s,%d,%s\n".formatted(id, r, String.join(",", line)));
    }
    return all;
  }
}
