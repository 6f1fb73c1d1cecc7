package io.braid.encoder;

import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Runs of packed tokens inside which attention happens, block after block; in a block, a row a
 * sample. Where rows of a block differ in length, tensors say how {@code layers.py} pads and packs
 * them.
 */
final class Blocks {
  private final Tensors scope;
  private final Map<String, Tensor> layout;
  private final List<Long> sizes = new ArrayList<>();

  /**
   * @param layout where {@code "0.pad"} [n*L], {@code "0.mask"} [n,1,1,L] (True = may look) and
   *     {@code "0.pack"} [tokens] of each ragged block are put
   */
  Blocks(Tensors scope, Map<String, Tensor> layout) {
    this.scope = scope;
    this.layout = layout;
  }

  /** Adds a block with a row of each of these lengths. */
  void add(int... lengths) {
    int block = sizes.size() / 2;
    int rows = lengths.length;
    int longest = Arrays.stream(lengths).max().orElseThrow();
    sizes.add((long) rows);
    sizes.add((long) longest);
    int tokens = Arrays.stream(lengths).sum();
    if (tokens == Math.multiplyExact(rows, longest)) {
      return;
    }
    var pad = new long[rows * longest];
    var mask = new byte[rows * longest];
    var pack = new long[tokens];
    int token = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < lengths[row]; i++) {
        int place = row * longest + i;
        pad[place] = token;
        mask[place] = 1;
        pack[token++] = place;
      }
    }
    layout.put(block + ".pad", scope.longs(pad, pad.length));
    layout.put(block + ".mask", scope.booleans(mask, rows, 1, 1, longest));
    layout.put(block + ".pack", scope.longs(pack, tokens));
  }

  /** Rows and longest length of each block, in turn. */
  long[] sizes() {
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }
}
