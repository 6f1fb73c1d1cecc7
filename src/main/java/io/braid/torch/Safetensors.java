package io.braid.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file, opened for reading: names, types and shapes at once, each tensor's bytes when
 * asked for. The header is checked in full when it is opened, so that a hostile file can at worst
 * be refused; what is mapped stays readable after the file is closed, as long as it is referenced.
 *
 * <p>Source: huggingface/safetensors, README, "Format".
 */
public final class Safetensors implements AutoCloseable {
  /** How the elements of a tensor are stored, little-endian. */
  public enum DataType {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U8(1),
    BOOL(1);

    private final int bytes;

    DataType(int bytes) {
      this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
      return bytes;
    }

    public boolean isFloating() {
      return switch (this) {
        case F64, F32, F16, BF16 -> true;
        case I64, I32, I16, I8, U8, BOOL -> false;
      };
    }
  }

  /** What the header says of a tensor: its type, and its shape, {@code []} for a scalar. */
  public record Entry(DataType dtype, List<Long> shape) {
    public Entry {
      shape = List.copyOf(shape);
    }

    public long elements() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }

    @Override
    public String toString() {
      return dtype + " " + shape;
    }
  }

  /** A float32 tensor to write, whose elements are asked for when their turn comes. */
  public interface Source {
    List<Long> shape();

    /** As many as the shape has. */
    FloatBuffer elements();
  }

  /** A tensor whose elements are at hand: as many remain in the buffer as the shape has. */
  public record FloatTensor(List<Long> shape, FloatBuffer elements) implements Source {
    public FloatTensor {
      shape = List.copyOf(shape);
      elements = elements.slice();
      if (new Entry(DataType.F32, shape).elements() != elements.remaining()) {
        throw new IllegalArgumentException(elements.remaining() + " elements do not fill " + shape);
      }
    }

    @Override
    public FloatBuffer elements() {
      return elements.duplicate();
    }
  }

  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final Map<String, Entry> entries;

  private Safetensors(FileChannel channel, SafetensorsHeader header) {
    this.channel = channel;
    this.header = header;
    this.entries = header.entries();
  }

  /**
   * @throws IllegalArgumentException where it is no valid safetensors file; the message names the
   *     tensor at fault
   */
  public static Safetensors open(Path file) {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return new Safetensors(channel, SafetensorsHeader.read(channel));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every tensor by name, in the order of the header. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** The raw little-endian bytes of a tensor, mapped and read-only. */
  public ByteBuffer bytes(String name) {
    var range = header.range(name);
    if (range.bytes() == 0) {
      return ByteBuffer.allocate(0);
    }
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, range.begin(), range.bytes())
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException("tensor '" + name + "' cannot be mapped", e);
    }
  }

  /** The elements of a floating-point tensor, row-major; mapped where they are F32. */
  public FloatBuffer floats(String name) {
    ByteBuffer bytes = bytes(name);
    DataType type = entry(name).dtype();
    if (type == DataType.F32) {
      return bytes.asFloatBuffer();
    }
    FloatBuffer floats = FloatBuffer.allocate(bytes.remaining() / type.bytes());
    while (bytes.hasRemaining()) {
      floats.put(
          switch (type) {
            case F64 -> (float) bytes.getDouble();
            case F32 -> bytes.getFloat();
            case F16 -> Float.float16ToFloat(bytes.getShort());
            case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
            case I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException(
                    "tensor '" + name + "' is " + type + ", not floating-point");
          });
    }
    return floats.flip();
  }

  /** The elements of an integer or boolean tensor, row-major. */
  public LongBuffer longs(String name) {
    ByteBuffer bytes = bytes(name);
    DataType type = entry(name).dtype();
    if (type == DataType.I64) {
      return bytes.asLongBuffer();
    }
    LongBuffer longs = LongBuffer.allocate(bytes.remaining() / type.bytes());
    while (bytes.hasRemaining()) {
      longs.put(
          switch (type) {
            case I64 -> bytes.getLong();
            case I32 -> bytes.getInt();
            case I16 -> bytes.getShort();
            case I8 -> bytes.get();
            case U8 -> Byte.toUnsignedLong(bytes.get());
            case BOOL -> bytes.get() == 0 ? 0 : 1;
            case F64, F32, F16, BF16 ->
                throw new IllegalArgumentException(
                    "tensor '" + name + "' is " + type + ", not of integers");
          });
    }
    return longs.flip();
  }

  /**
   * A tensor of the scope: float32 where the file has a floating-point type, else int64. F32 is not
   * copied on the CPU: it is read from the mapped file, which must not change.
   */
  public Tensor load(String name, Tensors scope) {
    Entry entry = entry(name);
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    if (!entry.dtype().isFloating()) {
      return scope.longs(longs(name), shape);
    }
    boolean aligned = header.range(name).begin() % Float.BYTES == 0 && entry.elements() > 0;
    return entry.dtype() == DataType.F32 && aligned
        ? scope.view(bytes(name), shape)
        : scope.floats(floats(name), shape);
  }

  /** Writes float32 tensors in the map's order, over whatever {@code file} was. */
  public static void write(Path file, Map<String, ? extends Source> tensors) {
    var entries = new LinkedHashMap<String, Entry>();
    tensors.forEach((name, tensor) -> entries.put(name, new Entry(DataType.F32, tensor.shape())));
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(out, SafetensorsHeader.bytes(entries));
      ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
      for (Source tensor : tensors.values()) {
        FloatBuffer elements = tensor.elements();
        while (elements.hasRemaining()) {
          int count = Math.min(elements.remaining(), chunk.capacity() / Float.BYTES);
          chunk.clear().asFloatBuffer().put(elements.slice(elements.position(), count));
          elements.position(elements.position() + count);
          writeAll(out, chunk.limit(count * Float.BYTES));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("there is no tensor '" + name + "'");
    }
    return entry;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
