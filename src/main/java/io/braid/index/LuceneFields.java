package io.braid.index;

import io.braid.store.DurableFiles;
import java.nio.ByteBuffer;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/**
 * The fields of a Lucene document. Lucene keeps a list of all its fields in memory and in every
 * segment, so clients must not be able to add to it: the names of metadata are part of terms and
 * points, and only targets, which a model names, have fields of their own.
 */
final class LuceneFields {
  /** The item's id. */
  static final String ID = "id";

  /** What a hit tells of its item; see {@link LuceneDocuments}. */
  static final String HIT = "hit";

  /** Modalities that are present. */
  static final String PRESENT = "present";

  /** Every value of the metadata, and that a field has one: see {@link #term}. */
  static final String VALUES = "values";

  /** The numbers of the metadata as points; see {@link #point}. */
  static final String NUMBERS = "numbers";

  private LuceneFields() {}

  static String vector(String target) {
    return "vector." + target;
  }

  static Term id(String id) {
    return new Term(ID, new BytesRef(CodePoints.encode(id)));
  }

  static BytesRef exists(String field) {
    return term('e', field, new byte[0]);
  }

  static BytesRef value(String field, Value value) {
    return switch (value) {
      case Value.Text(String text) -> text(field, CodePoints.encode(text));
      case Value.Numeric(double number) ->
          term('n', field, ByteBuffer.allocate(Long.BYTES).putDouble(number).array());
      case Value.Flag(boolean flag) -> term('f', field, new byte[] {(byte) (flag ? 1 : 0)});
    };
  }

  static BytesRef text(String field, byte[] text) {
    return term('t', field, text);
  }

  /**
   * Kind, length of the field's name, name, value: no two differ in what they mean and are equal,
   * and the texts of a field stand together, in their order. Metadata of at most 16 KiB of JSON
   * stays below Lucene's 32 766 bytes a term.
   */
  private static BytesRef term(char kind, String field, byte[] value) {
    byte[] name = CodePoints.encode(field);
    return new BytesRef(
        ByteBuffer.allocate(1 + Integer.BYTES + name.length + value.length)
            .put((byte) kind)
            .putInt(name.length)
            .put(name)
            .put(value)
            .array());
  }

  /**
   * A number in three dimensions: its field as 128 bits of SHA-256, which no one can make collide,
   * and its value in an order of longs. A range is a box then, however many fields and values there
   * are.
   */
  static long[] point(String field, double number) {
    ByteBuffer hash = ByteBuffer.wrap(DurableFiles.sha256().digest(CodePoints.encode(field)));
    return new long[] {
      hash.getLong(), hash.getLong(), NumericUtils.doubleToSortableLong(number == 0 ? 0 : number)
    };
  }
}
