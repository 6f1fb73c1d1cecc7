package io.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.BraidException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with bytes that were changed or cut off are read or refused, and nothing else happens. */
@Timeout(300)
class BrokenFilesTest {
  private static final int ROUNDS = 300;

  /** Each starts a process. */
  private static final int PARQUET_ROUNDS = 20;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"csv", "csv.gz", "parquet", "npz"})
  void areReadOrRefused(String ending) {
    var upload = new Upload(folder).schema("modalities: [{name: g, type: tabular}]");
    byte[] sound = sound(upload, ending);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    int refused = 0;
    int rounds = ending.equals("parquet") ? PARQUET_ROUNDS : ROUNDS;
    for (int round = 0; round < rounds; round++) {
      byte[] broken =
          round % 3 == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
      for (int i = 0; i < round % 3 && broken.length > 0; i++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      try (StoredDataset dataset =
          upload.file("g", "g." + ending, broken).read(1000, 1 << 20, PATIENCE)) {
        assertThat(dataset.size()).isPositive();
      } catch (BraidException e) {
        assertThat(e.faults()).isNotEmpty();
        refused++;
      }
    }
    assertThat(refused).isBetween(rounds / 10, rounds);
  }

  private static byte[] sound(Upload upload, String ending) {
    var text = new StringBuilder("id,A,B\n");
    for (int i = 0; i < 20; i++) {
      text.append("s%d,%d,%s\n".formatted(i, i, i / 7.0));
    }
    return switch (ending) {
      case "csv.gz" -> Upload.gzip(text.toString());
      case "parquet" -> upload.parquet(text.toString(), "snappy");
      case "npz" -> {
        var arrays = new LinkedHashMap<String, byte[]>();
        arrays.put("ids", Upload.npy("<U1", List.of(3), Upload.texts(1, "x", "y", "z")));
        arrays.put("values", Upload.npy("<f8", List.of(3, 2), Upload.floats(1, 2, 3, 4, 5, 6)));
        yield Upload.npz(arrays);
      }
      default -> text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    };
  }
}
