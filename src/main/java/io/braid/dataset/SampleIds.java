package io.braid.dataset;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The samples of an upload, numbered as they first appear. Ids are kept as UTF-8, beside a table of
 * hashes with open addressing: about 20 bytes a sample and the id, a quarter of what a map of
 * strings takes.
 */
final class SampleIds {
  private static final int MAX_ID = 512;

  /** An id of {@link #MAX_ID} characters fits many times. */
  private static final int CHUNK = 1 << 20;

  /** What an upload may take of the heap for the text of its ids. */
  private static final int MAX_CHUNKS = 512;

  private static final int LENGTH_BITS = 12;
  private static final int OFFSET_BITS = 20;

  private final int limit;

  /** Secret, so that nobody can send ids which all have one hash. */
  private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

  /** Ids one behind the other; none is cut by the end of a chunk. */
  private final List<byte[]> chunks = new ArrayList<>();

  private int used = CHUNK;

  /** Of each sample, from the highest bits: chunk, offset in it, length of the id. */
  private long[] places = new long[1024];

  private int size;

  /** Numbers of samples, one more than each, at or behind the place of their hash; 0 is free. */
  private int[] table = new int[4096];

  /**
   * @param limit most samples
   */
  SampleIds(int limit) {
    this.limit = limit;
  }

  /** The number of a row's sample, a new one where it is new; -1 where it is refused and noted. */
  int numberOf(TableReader row, Faults faults) {
    byte[] id = utf8(row.id());
    int slot = slot(id);
    if (table[slot] > 0) {
      return table[slot] - 1;
    }
    if (id.length == 0
        || row.id().length() > MAX_ID
        || row.id().chars().anyMatch(Character::isISOControl)) {
      faults.add(
          "%s: an id has at most %d characters, and no line breaks".formatted(row.place(), MAX_ID));
      return -1;
    }
    if (size == limit) {
      faults.add("%s: more than %d samples".formatted(row.place(), limit));
      return -1;
    }
    if (chunks.size() == MAX_CHUNKS) {
      faults.add("%s: the ids take more than %d MiB".formatted(row.place(), MAX_CHUNKS));
      return -1;
    }
    keep(id);
    table[slot] = size;
    if (4L * size > 3L * table.length) {
      grow();
    }
    return size - 1;
  }

  OptionalInt find(String id) {
    int number = table[slot(utf8(id))];
    return number == 0 ? OptionalInt.empty() : OptionalInt.of(number - 1);
  }

  int size() {
    return size;
  }

  /** Writes them, a line each, in the order of their numbers. */
  void write(Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int sample = 0; sample < size; sample++) {
        out.write(chunk(sample), offset(sample), length(sample));
        out.write('\n');
      }
    }
  }

  /** Empty where it is half a surrogate pair, which no file can hold. */
  private static byte[] utf8(String id) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(id));
      return Arrays.copyOf(bytes.array(), bytes.limit());
    } catch (CharacterCodingException e) {
      return new byte[0];
    }
  }

  /** Where an id is in the table, or where it would be. */
  private int slot(byte[] id) {
    int slot = hash(id, 0, id.length) & table.length - 1;
    while (table[slot] > 0 && !isAt(table[slot] - 1, id)) {
      slot = slot + 1 & table.length - 1;
    }
    return slot;
  }

  private int hash(byte[] bytes, int from, int length) {
    long hash = length;
    for (int i = from; i < from + length; i++) {
      hash = hash * multiplier + bytes[i];
      hash ^= hash >>> 29;
    }
    return (int) (hash * multiplier >>> 32);
  }

  private boolean isAt(int sample, byte[] id) {
    int offset = offset(sample);
    return Arrays.equals(chunk(sample), offset, offset + length(sample), id, 0, id.length);
  }

  private byte[] chunk(int sample) {
    return chunks.get((int) (places[sample] >>> OFFSET_BITS + LENGTH_BITS));
  }

  private int offset(int sample) {
    return (int) (places[sample] >>> LENGTH_BITS) & (1 << OFFSET_BITS) - 1;
  }

  private int length(int sample) {
    return (int) places[sample] & (1 << LENGTH_BITS) - 1;
  }

  private void keep(byte[] id) {
    if (used + id.length > CHUNK) {
      chunks.add(new byte[CHUNK]);
      used = 0;
    }
    System.arraycopy(id, 0, chunks.getLast(), used, id.length);
    if (size == places.length) {
      places = Arrays.copyOf(places, size + size / 2);
    }
    long chunk = chunks.size() - 1L;
    places[size++] = chunk << OFFSET_BITS + LENGTH_BITS | (long) used << LENGTH_BITS | id.length;
    used += id.length;
  }

  private void grow() {
    table = new int[2 * table.length];
    for (int sample = 0; sample < size; sample++) {
      int slot = hash(chunk(sample), offset(sample), length(sample)) & table.length - 1;
      while (table[slot] > 0) {
        slot = slot + 1 & table.length - 1;
      }
      table[slot] = sample + 1;
    }
  }
}
