package io.braid.torch;

import io.braid.torch.Safetensors.DataType;
import io.braid.torch.Safetensors.Entry;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The header of a safetensors file: an 8-byte little-endian length, then that many bytes of JSON,
 * {@code {name: {"dtype", "shape", "data_offsets": [begin, end]}}}, then the data that the offsets
 * count from. Checked as its specification says: the tensors fill the data without gap or overlap.
 */
final class SafetensorsHeader {
  /** As in the reference implementation; 100 MB. */
  private static final long MAX_BYTES = 100_000_000;

  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_DIMENSIONS = 8;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(8).maxNameLength(1000).build())
          .build();

  /** Where a tensor lies in the file, in bytes. */
  record Range(long begin, long bytes) {
    long end() {
      return begin + bytes;
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Range> ranges = new LinkedHashMap<>();

  private SafetensorsHeader() {}

  Map<String, Entry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  Range range(String name) {
    Range range = ranges.get(name);
    if (range == null) {
      throw new IllegalArgumentException("there is no tensor '" + name + "'");
    }
    return range;
  }

  static SafetensorsHeader read(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new IllegalArgumentException("not a safetensors file: it has " + size + " bytes");
    }
    long length = read(channel, 0, Long.BYTES).getLong();
    if (length < 2 || length > MAX_BYTES || length > size - Long.BYTES) {
      throw new IllegalArgumentException(
          "not a safetensors file: a header of %s bytes in a file of %d, at most %d"
              .formatted(Long.toUnsignedString(length), size, MAX_BYTES));
    }
    byte[] json = read(channel, Long.BYTES, (int) length).array();
    var header = new SafetensorsHeader();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      header.readTensors(parser, Long.BYTES + length, size - Long.BYTES - length);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "the header is not the JSON of a safetensors file: " + e.getOriginalMessage(), e);
    }
    header.requireFilled(Long.BYTES + length, size);
    return header;
  }

  private void readTensors(JsonParser parser, long dataBegin, long dataBytes) {
    require(parser.nextToken() == JsonToken.START_OBJECT, "the header is not a JSON object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (name.equals("__metadata__")) {
        parser.nextToken();
        parser.skipChildren();
        continue;
      }
      readTensor(name, parser, dataBegin, dataBytes);
      require(entries.size() <= MAX_TENSORS, "more than " + MAX_TENSORS + " tensors");
    }
    require(parser.nextToken() == null, "the header goes on after its JSON object");
  }

  private void readTensor(String name, JsonParser parser, long dataBegin, long dataBytes) {
    String at = "tensor '" + name + "': ";
    @Nullable DataType dtype = null;
    @Nullable List<Long> shape = null;
    @Nullable List<Long> offsets = null;
    require(parser.nextToken() == JsonToken.START_OBJECT, at + "not described by an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = dtype(at, parser);
        case "shape" -> shape = numbers(at + key, parser, MAX_DIMENSIONS);
        case "data_offsets" -> offsets = numbers(at + key, parser, 2);
        default -> throw new IllegalArgumentException(at + "unknown key '" + key + "'");
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new IllegalArgumentException(at + "needs dtype, shape and two data_offsets");
    }
    long bytes = bytes(at, dtype, shape);
    long begin = offsets.getFirst();
    long end = offsets.getLast();
    require(
        begin <= end && end <= dataBytes,
        at + "data_offsets " + offsets + " are not within the " + dataBytes + " bytes of data");
    require(
        end - begin == bytes,
        at
            + "%s %s takes %d bytes, data_offsets %s hold %d"
                .formatted(dtype, shape, bytes, offsets, end - begin));
    entries.put(name, new Entry(dtype, shape));
    ranges.put(name, new Range(dataBegin + begin, bytes));
  }

  private static DataType dtype(String at, JsonParser parser) {
    String text = parser.getValueAsString("");
    return Arrays.stream(DataType.values())
        .filter(type -> type.name().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                at + "dtype '" + text + "', known are " + Arrays.toString(DataType.values())));
  }

  private static List<Long> numbers(String at, JsonParser parser, int most) {
    require(parser.currentToken() == JsonToken.START_ARRAY, at + " is not an array");
    var numbers = new ArrayList<Long>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && parser.getLongValue() >= 0,
          at + " holds something else than numbers from 0 to 2^63 - 1");
      numbers.add(parser.getLongValue());
      require(numbers.size() <= most, at + " has more than " + most + " numbers");
    }
    return numbers;
  }

  /** Bytes of a tensor; at most what one buffer can map. */
  private static long bytes(String at, DataType dtype, List<Long> shape) {
    long bytes = shape.contains(0L) ? 0 : dtype.bytes();
    for (long length : shape) {
      boolean fits = bytes == 0 || length <= Integer.MAX_VALUE / bytes;
      require(fits, at + shape + " is more than " + Integer.MAX_VALUE + " bytes");
      bytes *= length;
    }
    return bytes;
  }

  private void requireFilled(long dataBegin, long dataEnd) {
    var sorted = new ArrayList<>(ranges.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, Range> entry) -> entry.getValue().begin())
            .thenComparingLong(entry -> entry.getValue().end()));
    long end = dataBegin;
    for (var entry : sorted) {
      long begin = entry.getValue().begin();
      require(
          begin == end,
          "tensor '%s': begins at byte %d of the data, but those before it end at %d"
              .formatted(entry.getKey(), begin - dataBegin, end - dataBegin));
      end = entry.getValue().end();
    }
    require(
        end == dataEnd,
        "the tensors end at byte %d of the data, which has %d"
            .formatted(end - dataBegin, dataEnd - dataBegin));
  }

  /** Length and JSON of the header for tensors that follow each other in this order. */
  static ByteBuffer bytes(Map<String, Entry> entries) {
    var json = new ByteArrayOutputStream();
    try (var generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
      generator.writeStartObject();
      long begin = 0;
      for (var named : entries.entrySet()) {
        Entry entry = named.getValue();
        long end = begin + entry.elements() * entry.dtype().bytes();
        generator.writeObjectPropertyStart(named.getKey());
        generator.writeStringProperty("dtype", entry.dtype().name());
        generator.writeName("shape");
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        generator.writeArray(shape, 0, shape.length);
        generator.writeName("data_offsets");
        generator.writeArray(new long[] {begin, end}, 0, 2);
        generator.writeEndObject();
        begin = end;
      }
      generator.writeEndObject();
    }
    int padding = Math.floorMod(-json.size(), Long.BYTES);
    json.writeBytes(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    return ByteBuffer.allocate(Long.BYTES + json.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.size())
        .put(json.toByteArray())
        .flip();
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new EOFException("the file was cut while it was read");
      }
    }
    return bytes.flip();
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
