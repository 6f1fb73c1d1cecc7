package io.braid.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** Files of a few samples with a table, a sequence and labels; some lack one of the modalities. */
final class TinyFiles {
  private final Path folder;

  TinyFiles(Path folder) {
    this.folder = folder;
  }

  Path gene() {
    return folder.resolve("gene.csv");
  }

  Path motion() {
    return folder.resolve("motion.csv");
  }

  Path labels() {
    return folder.resolve("labels.csv");
  }

  /** Writes {@code samples} samples: each third has no gene, the one after it no motion. */
  TinyFiles write(int samples) throws IOException {
    var random = new Random(1);
    var gene = new StringBuilder("id,EGFR,TP53\n");
    var motion = new StringBuilder("id,t,x,y\n");
    var labels = new StringBuilder("id,kind,age\n");
    for (int i = 0; i < samples; i++) {
      double value = random.nextGaussian();
      if (i % 3 != 1) {
        gene.append(row("p%d,%.3f,%.3f\n", i, value, -value + 0.1 * random.nextGaussian()));
      }
      if (i % 3 != 2) {
        for (int t = 0; t < 3; t++) {
          motion.append(row("p%d,%d,%.3f,%.3f\n", i, t, value + t, value - t));
        }
      }
      labels.append(row("p%d,%s,%.1f\n", i, value > 0 ? "up" : "down", 50 + 10 * value));
    }
    Files.writeString(gene(), gene);
    Files.writeString(motion(), motion);
    Files.writeString(labels(), labels);
    return this;
  }

  private static String row(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
