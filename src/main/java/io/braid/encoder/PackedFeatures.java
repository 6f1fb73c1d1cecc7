package io.braid.encoder;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The features of a batch, packed modality by modality, as {@code tokens.py} reads them. The only
 * place where raw values are standardised: serving and training both come through here.
 *
 * @param names modalities that occur in the batch, in schema order
 * @param kinds what {@code tokens.py} calls the type of each
 * @param limits largest value of each
 * @param tensors {@code name.values} [T,W], {@code name.index} [T], {@code name.position} [T]
 */
record PackedFeatures(
    List<String> names,
    List<String> kinds,
    Map<String, Double> limits,
    Map<String, Tensor> tensors) {

  static PackedFeatures pack(ModalitySchema schema, List<Sample> samples, Tensors scope) {
    var names = new ArrayList<String>();
    var kinds = new ArrayList<String>();
    var limits = new LinkedHashMap<String, Double>();
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Modality modality : schema.modalities()) {
      String name = modality.name();
      List<Features> rows =
          samples.stream()
              .filter(sample -> sample.modalities().containsKey(name))
              .map(sample -> sample.modalities().get(name))
              .toList();
      if (rows.isEmpty()) {
        continue;
      }
      names.add(name);
      kinds.add(kind(modality));
      limits.put(name, limit(modality));
      switch (rows.getFirst()) {
        case Features.Cells _ -> {
          var cells = rows.stream().map(Features.Cells.class::cast).toList();
          tensors.put(name + ".index", ints(cells, Features.Cells::columns, scope));
          tensors.put(name + ".values", floats(cells, row -> values(modality, row), scope));
        }
        case Features.Steps _ -> {
          var steps = rows.stream().map(Features.Steps.class::cast).toList();
          tensors.put(
              name + ".position", ints(steps, step -> IntVector.range(step.length()), scope));
          tensors.put(name + ".values", floats(steps, row -> rows(modality, row), scope));
        }
        case Features.TokenIds _ -> {
          var tokens = rows.stream().map(Features.TokenIds.class::cast).toList();
          tensors.put(name + ".index", ints(tokens, Features.TokenIds::ids, scope));
          tensors.put(name + ".position", ints(tokens, Features.TokenIds::positions, scope));
        }
        case Features.Patches _ -> {
          var patches = rows.stream().map(Features.Patches.class::cast).toList();
          tensors.put(name + ".position", ints(patches, Features.Patches::positions, scope));
          tensors.put(name + ".values", floats(patches, Features.Patches::rows, scope));
        }
      }
    }
    return new PackedFeatures(names, kinds, limits, tensors);
  }

  private static FloatMatrix values(Modality modality, Features.Cells cells) {
    return modality
        .standardization()
        .map(standard -> standard.apply(cells.columns(), cells.values()))
        .orElse(cells.values());
  }

  private static FloatMatrix rows(Modality modality, Features.Steps steps) {
    return modality
        .standardization()
        .map(standard -> standard.apply(steps.rows()))
        .orElse(steps.rows());
  }

  static String kind(Modality modality) {
    return switch (modality) {
      case Modality.Tabular _ -> "tabular";
      case Modality.Sequence _ -> "sequence";
      case Modality.Tokens _ -> "tokens";
      case Modality.SparseTabular _ -> "sparse_tabular";
      case Modality.Patches _ -> "patches";
    };
  }

  static double limit(Modality modality) {
    return switch (modality) {
      case Modality.Tabular tabular -> tabular.maxValue();
      case Modality.SparseTabular sparse -> sparse.maxValue();
      case Modality.Sequence _, Modality.Tokens _, Modality.Patches _ -> 0;
    };
  }

  private static <F extends Features> Tensor ints(
      List<F> rows, Function<F, IntVector> part, Tensors scope) {
    int tokens = rows.stream().mapToInt(Features::length).sum();
    LongBuffer all = LongBuffer.allocate(tokens);
    rows.forEach(row -> part.apply(row).stream().forEach(all::put));
    return scope.longs(all.flip(), tokens);
  }

  private static <F extends Features> Tensor floats(
      List<F> rows, Function<F, FloatMatrix> part, Tensors scope) {
    int tokens = rows.stream().mapToInt(Features::length).sum();
    int width = part.apply(rows.getFirst()).columns();
    FloatBuffer all = FloatBuffer.allocate(Math.multiplyExact(tokens, width));
    rows.forEach(row -> all.put(part.apply(row).cells()));
    return scope.floats(all.flip(), tokens, width);
  }
}
