package io.braid.torch;

import static java.util.stream.Collectors.joining;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A tensor of any type as it stands in a file, to write files that Braid itself never writes. */
public record RawTensor(String dtype, List<Long> shape, ByteBuffer bytes) {
  /** A copy of a tensor of a file. */
  public static RawTensor of(Safetensors file, String name) {
    var entry = file.entries().get(name);
    if (entry == null) {
      throw new IllegalArgumentException(name);
    }
    return new RawTensor(entry.dtype().name(), entry.shape(), file.bytes(name));
  }

  /** A file with these tensors, one after the other. */
  public static void write(Path file, Map<String, RawTensor> tensors) {
    long[] end = {0};
    String header =
        tensors.entrySet().stream()
            .map(named -> {
              RawTensor tensor = named.getValue();
              long begin = end[0];
              end[0] += tensor.bytes().remaining();
              return "\"%s\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%d, %d]}"
                  .formatted(named.getKey(), tensor.dtype(), tensor.shape(), begin, end[0]);
            })
            .collect(joining(", ", "{", "}"));
    var data = new ByteArrayOutputStream();
    for (RawTensor tensor : tensors.values()) {
      var bytes = new byte[tensor.bytes().remaining()];
      tensor.bytes().duplicate().get(bytes);
      data.writeBytes(bytes);
    }
    write(file, header, data.toByteArray());
  }

  /** A file with any header over any data. */
  static void write(Path file, String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES + json.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data)
            .array();
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
