package io.braid.plain;

import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.torch.Safetensors;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A batch as the published collators make it, and as the golden cases store it: every sample has
 * every modality, at its full length, beside a mask that is 1 where there is nothing. A missing
 * cell is -10000, a missing step zeros, a missing token id 0, a missing patch all -10000 (and it
 * has no mask). Matrices of patches stand here as one column of patches.
 */
public final class PaddedBatch {
  private static final float MISSING = -10000;

  private final ModalitySchema schema;
  private final int size;
  private final Map<String, float[]> floats = new LinkedHashMap<>();
  private final Map<String, long[]> longs = new LinkedHashMap<>();

  private PaddedBatch(ModalitySchema schema, int size) {
    this.schema = schema;
    this.size = size;
    for (Modality modality : schema.modalities()) {
      String name = modality.name();
      int tokens = size * modality.maxTokens();
      switch (modality) {
        case Modality.Tabular _ -> floats.put(name + ".values", filled(tokens, MISSING));
        case Modality.Sequence steps ->
            floats.put(name + ".tokens", filled(tokens * steps.features(), 0));
        case Modality.Tokens _ -> longs.put(name + ".tokens", new long[tokens]);
        case Modality.SparseTabular _ -> {
          longs.put(name + ".indices", new long[tokens]);
          floats.put(name + ".data", filled(tokens, 0));
        }
        case Modality.Patches patches ->
            floats.put(name + ".matrix", filled(tokens * patches.cells(), MISSING));
      }
      if (!(modality instanceof Modality.Patches)) {
        var mask = new long[tokens];
        Arrays.fill(mask, 1);
        longs.put(name + ".attention_mask", mask);
      }
    }
  }

  /** Pads samples, one or more. */
  public static PaddedBatch of(ModalitySchema schema, List<Sample> samples) {
    var batch = new PaddedBatch(schema, samples.size());
    for (int row = 0; row < samples.size(); row++) {
      for (Modality modality : schema.modalities()) {
        Features features = samples.get(row).modalities().get(modality.name());
        if (features != null) {
          batch.put(row, modality, features);
        }
      }
    }
    return batch;
  }

  /** Reads a padded batch, {@code gene.values} and so on, each {@code [B, ...]}. */
  public static PaddedBatch read(ModalitySchema schema, Safetensors file) {
    var first = file.entries().values().iterator().next();
    var batch = new PaddedBatch(schema, Math.toIntExact(first.shape().getFirst()));
    batch.floats.replaceAll(
        (name, empty) -> FloatBuffer.allocate(empty.length).put(file.floats(name)).array());
    batch.longs.replaceAll(
        (name, empty) -> LongBuffer.allocate(empty.length).put(file.longs(name)).array());
    return batch;
  }

  /** Its samples by row, without what is missing; a row with no modality at all is left out. */
  public Map<Integer, Sample> samples() {
    var samples = new LinkedHashMap<Integer, Sample>();
    for (int row = 0; row < size; row++) {
      var features = new LinkedHashMap<String, Features>();
      for (Modality modality : schema.modalities()) {
        get(row, modality).ifPresent(found -> features.put(modality.name(), found));
      }
      if (!features.isEmpty()) {
        samples.put(row, new Sample(Optional.of("row" + row), features, List.of()));
      }
    }
    return samples;
  }

  public int size() {
    return size;
  }

  /** The inputs of {@code plain.py}. */
  public Map<String, Tensor> tensors(Tensors scope) {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Modality modality : schema.modalities()) {
      String name = modality.name();
      long length = modality.maxTokens();
      long[] flat = {size, length};
      if (modality instanceof Modality.Patches patches) {
        long rows = length * patches.patchRows();
        tensors.put(
            name + ".matrix",
            scope.floats(get(floats, name + ".matrix"), size, rows, patches.patchColumns()));
        continue;
      }
      tensors.put(
          name + ".attention_mask", scope.longs(get(longs, name + ".attention_mask"), flat));
      switch (modality) {
        case Modality.Tabular _ ->
            tensors.put(name + ".values", scope.floats(get(floats, name + ".values"), flat));
        case Modality.Sequence steps ->
            tensors.put(
                name + ".tokens",
                scope.floats(get(floats, name + ".tokens"), size, length, steps.features()));
        case Modality.Tokens _ ->
            tensors.put(name + ".tokens", scope.longs(get(longs, name + ".tokens"), flat));
        case Modality.SparseTabular _ -> {
          tensors.put(name + ".indices", scope.longs(get(longs, name + ".indices"), flat));
          tensors.put(name + ".data", scope.floats(get(floats, name + ".data"), flat));
        }
        case Modality.Patches _ -> throw new AssertionError("handled above");
      }
    }
    return tensors;
  }

  private void put(int row, Modality modality, Features features) {
    String name = modality.name();
    int length = modality.maxTokens();
    switch (features) {
      case Features.Cells(var columns, var values) when modality instanceof Modality.Tabular -> {
        for (int t = 0; t < columns.size(); t++) {
          int place = row * length + columns.get(t);
          get(floats, name + ".values")[place] = values.get(t, 0);
          get(longs, name + ".attention_mask")[place] = 0;
        }
      }
      case Features.Cells(var columns, var values) -> {
        for (int t = 0; t < columns.size(); t++) {
          get(longs, name + ".indices")[row * length + t] = columns.get(t);
          get(floats, name + ".data")[row * length + t] = values.get(t, 0);
          get(longs, name + ".attention_mask")[row * length + t] = 0;
        }
      }
      case Features.Steps(var steps) -> {
        copyRows(steps, IntVector.range(steps.rows()), get(floats, name + ".tokens"), row * length);
        Arrays.fill(
            get(longs, name + ".attention_mask"), row * length, row * length + steps.rows(), 0);
      }
      case Features.TokenIds(var ids, var positions) -> {
        for (int t = 0; t < ids.size(); t++) {
          get(longs, name + ".tokens")[row * length + positions.get(t)] = ids.get(t);
          get(longs, name + ".attention_mask")[row * length + positions.get(t)] = 0;
        }
      }
      case Features.Patches(var positions, var rows) ->
          copyRows(rows, positions, get(floats, name + ".matrix"), row * length);
    }
  }

  private Optional<Features> get(int row, Modality modality) {
    String name = modality.name();
    int first = row * modality.maxTokens();
    IntVector present = present(first, modality);
    if (present.size() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        switch (modality) {
          case Modality.Tabular _ ->
              new Features.Cells(present, rows(get(floats, name + ".values"), 1, first, present));
          case Modality.Sequence steps ->
              new Features.Steps(
                  rows(get(floats, name + ".tokens"), steps.features(), first, present));
          case Modality.Tokens _ ->
              new Features.TokenIds(ids(get(longs, name + ".tokens"), first, present), present);
          case Modality.SparseTabular _ ->
              new Features.Cells(
                  ids(get(longs, name + ".indices"), first, present),
                  rows(get(floats, name + ".data"), 1, first, present));
          case Modality.Patches patches ->
              new Features.Patches(
                  present, rows(get(floats, name + ".matrix"), patches.cells(), first, present));
        });
  }

  /** Places of the tokens of a modality that are there, counted from its first. */
  private IntVector present(int first, Modality modality) {
    var places = new ArrayList<Integer>();
    for (int t = 0; t < modality.maxTokens(); t++) {
      boolean missing;
      if (modality instanceof Modality.Patches patches) {
        FloatMatrix patch =
            rows(get(floats, patches.name() + ".matrix"), patches.cells(), first, IntVector.of(t));
        missing =
            patch.equals(FloatMatrix.of(1, patches.cells(), filled(patches.cells(), MISSING)));
      } else {
        missing = get(longs, modality.name() + ".attention_mask")[first + t] != 0;
      }
      if (!missing) {
        places.add(t);
      }
    }
    return IntVector.of(places.stream().mapToInt(Integer::intValue).toArray());
  }

  private static FloatMatrix rows(float[] cells, int width, int first, IntVector places) {
    FloatBuffer rows = FloatBuffer.allocate(places.size() * width);
    places.stream().forEach(place -> rows.put(cells, (first + place) * width, width));
    return FloatMatrix.of(places.size(), width, rows.array());
  }

  private static void copyRows(FloatMatrix rows, IntVector places, float[] to, int first) {
    for (int t = 0; t < rows.rows(); t++) {
      for (int i = 0; i < rows.columns(); i++) {
        to[(first + places.get(t)) * rows.columns() + i] = rows.get(t, i);
      }
    }
  }

  private static IntVector ids(long[] ids, int first, IntVector places) {
    return IntVector.of(
        places.stream().map(place -> Math.toIntExact(ids[first + place])).toArray());
  }

  private static float[] filled(int length, float value) {
    var elements = new float[length];
    Arrays.fill(elements, value);
    return elements;
  }

  private static <T> T get(Map<String, T> arrays, String name) {
    T array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return array;
  }
}
