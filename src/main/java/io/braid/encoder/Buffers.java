package io.braid.encoder;

import io.braid.modality.Modality;
import io.braid.torch.Safetensors;
import io.braid.torch.Safetensors.DataType;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongBinaryOperator;

/**
 * What a published checkpoint carries beside its parameters: masks, token types, positions and the
 * zero bias of the norms. Braid computes them; a checkpoint that says otherwise is another network,
 * and is refused at the first place where it differs.
 *
 * <p>Source: mca-paper, {@code model.py}, the registered buffers. Masks are True = hidden there.
 */
final class Buffers {
  private static final long FUSION = -1;
  private static final long GLOBAL = -2;

  /** A buffer as Braid computes it. */
  private sealed interface Expected {
    /** Whole numbers; a list counts as one row. */
    record Whole(List<Long> shape, LongBinaryOperator at) implements Expected {}

    /** Sines and cosines, {@code [maxLength, dim]} or, as some were saved, {@code [.., 1, dim]}. */
    record Positions(long maxLength, int dim) implements Expected {}
  }

  private final EncoderConfig config;
  private final Map<String, Expected> byName = new HashMap<>();

  /** Modality of each token, {@link #FUSION} for a fusion token. Shape [N]. */
  private final long[] types;

  /** Channel of each token, -1 for a modality's. Shape [N]. */
  private final int[] channels;

  private Buffers(EncoderConfig config) {
    this.config = config;
    int fusionTokens = config.fusionTokens();
    int modalityTokens = config.schema().maxTokens();
    types = new long[modalityTokens + fusionTokens];
    channels = new int[types.length];
    int token = 0;
    for (int modality = 0; modality < config.schema().size(); modality++) {
      int end = token + config.schema().modalities().get(modality).maxTokens();
      Arrays.fill(types, token, end, modality);
      token = end;
    }
    Arrays.fill(types, token, types.length, FUSION);
    Arrays.fill(channels, 0, token, -1);
    int perChannel = config.fusionTokensPerChannel();
    for (int fusion = 0; fusion < fusionTokens; fusion++) {
      channels[token + fusion] = fusion / perChannel;
    }
  }

  static Buffers of(EncoderConfig config) {
    var buffers = new Buffers(config);
    buffers.addAll();
    return buffers;
  }

  private void addAll() {
    long tokens = types.length;
    long[] rows = returnTokenTypes();
    whole("token_types", List.of(tokens), (_, token) -> types[(int) token]);
    for (String name : List.of("return_token_types", "return_token_types_tensor")) {
      whole(name, List.of((long) rows.length), (_, row) -> rows[(int) row]);
    }
    whole("fusion_mask", List.of((long) config.fusionTokens()), (_, _) -> 0);
    List<Channel> members = config.channels();
    whole(
        "attn_mask",
        List.of(tokens, tokens),
        (row, column) -> sees((int) row, (int) column, members) ? 0 : 1);
    whole(
        "pool_mask",
        List.of((long) rows.length, tokens),
        (row, column) -> pools((int) row, (int) column, rows) ? 0 : 1);
    long dim = config.embeddingDim();
    whole("norm.beta", List.of(dim), (_, _) -> 0);
    for (int layer = 0; layer < config.layers(); layer++) {
      whole("layers." + layer + ".norm.beta", List.of(dim), (_, _) -> 0);
    }
    if (config.architecture() == Architecture.EAO) {
      // The published network without fusion has this parameter all the same, with no rows.
      whole("fusion_tokens", List.of(0L, dim), (_, _) -> 0);
    }
    for (Modality modality : config.schema().modalities()) {
      if (modality instanceof Modality.Sequence || modality instanceof Modality.Tokens) {
        byName.put(
            "encoders." + modality.name() + ".positional_encoder.pe",
            new Expected.Positions(modality.maxTokens(), config.embeddingDim()));
      }
    }
  }

  private void whole(String name, List<Long> shape, LongBinaryOperator at) {
    byName.put(name, new Expected.Whole(shape, at));
  }

  /** What each pooled row stands for: modalities, channels, the unused global row. Shape [R]. */
  private long[] returnTokenTypes() {
    int modalities = config.schema().size();
    int fusions = config.architecture() == Architecture.EAO ? 0 : config.channels().size();
    long[] rows = new long[modalities + fusions + 1];
    Arrays.setAll(rows, row -> row < modalities ? row : FUSION);
    rows[rows.length - 1] = GLOBAL;
    return rows;
  }

  private boolean sees(int row, int column, List<Channel> members) {
    if (channels[row] < 0) {
      return types[row] == types[column];
    }
    return channels[row] == channels[column]
        || members.get(channels[row]).members().contains((int) types[column]);
  }

  private boolean pools(int row, int column, long[] rows) {
    if (rows[row] == GLOBAL) {
      return true;
    }
    return rows[row] == FUSION
        ? channels[column] == row - config.schema().size()
        : types[column] == rows[row];
  }

  /**
   * Why this tensor of a checkpoint, which is no parameter, is refused; empty where it is right.
   */
  Optional<String> fault(String name, Safetensors.Entry entry, Safetensors file) {
    return switch (byName.get(name)) {
      case null -> Optional.of("unknown, this config has no such parameter");
      case Expected.Whole whole when !entry.shape().equals(whole.shape()) ->
          Optional.of("shape " + entry.shape() + ", expected " + whole.shape());
      case Expected.Whole whole ->
          entry.dtype().isFloating()
              ? difference(whole, file.floats(name))
              : difference(whole, file.longs(name));
      case Expected.Positions positions -> difference(positions, entry, name, file);
    };
  }

  private static Optional<String> difference(Expected.Whole whole, LongBuffer actual) {
    for (int i = 0; actual.hasRemaining(); i++) {
      long expected = expected(whole, i);
      long element = actual.get();
      if (element != expected) {
        return differs(whole.shape(), i, element, expected);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(Expected.Whole whole, FloatBuffer actual) {
    for (int i = 0; actual.hasRemaining(); i++) {
      long expected = expected(whole, i);
      float element = actual.get();
      if (element != expected) {
        return differs(whole.shape(), i, element, expected);
      }
    }
    return Optional.empty();
  }

  private static long expected(Expected.Whole whole, int element) {
    int width = Math.toIntExact(whole.shape().getLast());
    return whole.at().applyAsLong(element / width, element % width);
  }

  /**
   * Positions were computed in single precision, where the angle of position t is off by about t *
   * 1e-7; the tolerance is 1e-4 (4e-3 for a file in half precision) and 3e-7 a position.
   */
  private static Optional<String> difference(
      Expected.Positions positions, Safetensors.Entry entry, String name, Safetensors file) {
    long length = positions.maxLength();
    long dim = positions.dim();
    var shapes = List.of(List.of(length, dim), List.of(length, 1L, dim));
    if (!shapes.contains(entry.shape()) || !entry.dtype().isFloating()) {
      return Optional.of(entry + ", expected floating-point " + shapes.getFirst());
    }
    boolean half = entry.dtype() == DataType.F16 || entry.dtype() == DataType.BF16;
    FloatBuffer actual = file.floats(name);
    for (int i = 0; actual.hasRemaining(); i++) {
      int position = i / positions.dim();
      double expected = position(position, i % positions.dim(), positions.dim());
      float element = actual.get();
      if (!(Math.abs(element - expected) <= (half ? 4e-3 : 1e-4) + 3e-7 * position)) {
        return differs(shapes.getFirst(), i, element, expected);
      }
    }
    return Optional.empty();
  }

  /** {@code PE[t, 2i] = sin(t * 10000^(-2i/dim))}, {@code PE[t, 2i+1] = cos(...)}. */
  private static double position(int position, int column, int dim) {
    double angle = position * Math.pow(10000, -(double) (column - column % 2) / dim);
    return column % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
  }

  private static Optional<String> differs(
      List<Long> shape, int element, Object actual, Object expected) {
    var index = new ArrayList<Long>();
    long rest = element;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      index.addFirst(rest % shape.get(axis));
      rest /= shape.get(axis);
    }
    return Optional.of("element " + index + " is " + actual + ", Braid computes " + expected);
  }
}
