package io.braid.encoder;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/** Seeded samples of any schema: random subsets, random lengths, cells missing here and there. */
public final class RandomSamples {
  private final ModalitySchema schema;
  private final RandomGenerator random;

  public RandomSamples(ModalitySchema schema, long seed) {
    this.schema = schema;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Samples that lack each modality with probability {@code sparsity}, but never all. */
  public List<Sample> draw(int number, double sparsity) {
    return IntStream.range(0, number).mapToObj(_ -> draw(sparsity)).toList();
  }

  public Sample draw(double sparsity) {
    Map<String, Features> features = new LinkedHashMap<>();
    while (features.isEmpty()) {
      for (Modality modality : schema.modalities()) {
        if (random.nextDouble() >= sparsity) {
          features.put(modality.name(), features(modality));
        }
      }
    }
    return new Sample(Optional.empty(), features, List.of());
  }

  /** A sample with every step of every sequence, and all else as {@link #draw} has it. */
  public Sample complete() {
    Map<String, Features> features = new LinkedHashMap<>();
    for (Modality modality : schema.modalities()) {
      features.put(
          modality.name(),
          modality instanceof Modality.Sequence sequence
              ? new Features.Steps(matrix(sequence.maxLength(), sequence.features()))
              : features(modality));
    }
    return new Sample(Optional.empty(), features, List.of());
  }

  /** Random features of a modality. */
  public Features features(Modality modality) {
    return switch (modality) {
      case Modality.Tabular tabular -> {
        IntVector columns = some(0, tabular.columns().size());
        yield new Features.Cells(columns, matrix(columns.size(), 1));
      }
      case Modality.SparseTabular sparse -> {
        IntVector columns = some(1, 1 + random.nextInt(sparse.maxLength()));
        yield new Features.Cells(columns, matrix(columns.size(), 1));
      }
      case Modality.Sequence sequence ->
          new Features.Steps(matrix(1 + random.nextInt(sequence.maxLength()), sequence.features()));
      case Modality.Tokens tokens -> {
        IntVector positions = some(0, tokens.maxLength());
        int[] ids = positions.stream().map(_ -> random.nextInt(1, tokens.vocabulary())).toArray();
        yield new Features.TokenIds(IntVector.of(ids), positions);
      }
      case Modality.Patches patches -> {
        IntVector positions = some(0, patches.maxLength());
        yield new Features.Patches(positions, matrix(positions.size(), patches.cells()));
      }
    };
  }

  /** About nine in ten of {@code from, from + 1, ..., from + number - 1}, at least the first. */
  private IntVector some(int from, int number) {
    return IntVector.of(
        IntStream.range(from, from + number)
            .filter(i -> i == from || random.nextDouble() < 0.9)
            .toArray());
  }

  private FloatMatrix matrix(int rows, int columns) {
    var cells = new float[rows * columns];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (float) random.nextGaussian();
    }
    return FloatMatrix.of(rows, columns, cells);
  }
}
