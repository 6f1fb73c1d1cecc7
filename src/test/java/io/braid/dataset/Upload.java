package io.braid.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.dataset.DatasetImport.Part;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assertions;

/** The parts of an upload, made in a folder, and what comes of them. */
public final class Upload {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private String schema = "";

  public Upload(Path folder) {
    this.folder = folder;
  }

  public Upload schema(String yaml) {
    schema = yaml;
    return this;
  }

  Upload file(String part, String fileName, byte[] content) {
    try {
      Path file = Files.write(Files.createTempFile(folder, part, ".part"), content);
      parts.put(part, new Part(part, fileName, file));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Upload csv(String part, String text) {
    return file(part, part + ".csv", text.getBytes(UTF_8));
  }

  public StoredDataset read() {
    return read(1000, 1 << 20, PATIENCE);
  }

  StoredDataset read(int maxSamples, long maxUnpacked, Duration patience) {
    try {
      Path stored = Files.createTempDirectory(folder, "stored");
      new DatasetImport(10_000, maxSamples, maxUnpacked, patience)
          .run(schema.getBytes(UTF_8), "schema.yaml", parts, stored);
      return StoredDataset.open(stored);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it is refused for, a line a fault: {@code gene: line 2, ...}. */
  List<String> faults() {
    return Assertions.assertThrows(BraidException.class, this::read).faults().stream()
        .map(Upload::text)
        .toList();
  }

  private static String text(Fault fault) {
    return fault.pointer() + ": " + fault.detail();
  }

  static byte[] gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Parquet of a CSV with a header, by DuckDB, which tells the types of the columns. */
  byte[] parquet(String csv, String codec) {
    try {
      Path from = Files.writeString(Files.createTempFile(folder, "from", ".csv"), csv);
      return parquetOf("SELECT * FROM read_csv('%s', header = true)".formatted(from), codec);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parquet of what DuckDB answers to a query. */
  byte[] parquetOf(String query, String codec) {
    try {
      Path to = Files.createTempFile(folder, "to", ".parquet");
      try (var connection = DriverManager.getConnection("jdbc:duckdb:");
          var statement = connection.createStatement()) {
        statement.execute(
            "COPY (%s) TO '%s' (FORMAT parquet, CODEC '%s')".formatted(query, to, codec));
      }
      return Files.readAllBytes(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** A {@code .npz} of arrays by name, as numpy writes it. */
  static byte[] npz(Map<String, byte[]> arrays) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(array.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] npy(String type, List<Integer> shape, byte[] data) {
    String sizes = shape.stream().map(size -> size + ",").collect(Collectors.joining(" "));
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, sizes);
    header = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    return ByteBuffer.allocate(10 + header.length() + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) header.length())
        .put(header.getBytes(UTF_8))
        .put(data)
        .array();
  }

  static byte[] floats(double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return bytes.array();
  }

  static byte[] ints(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  /** Text of at most {@code length} characters each, as {@code <U} has it. */
  static byte[] texts(int length, String... texts) {
    ByteBuffer bytes =
        ByteBuffer.allocate(texts.length * length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (String text : texts) {
      for (int i = 0; i < length; i++) {
        bytes.putInt(i < text.length() ? text.charAt(i) : 0);
      }
    }
    return bytes.array();
  }

  /** A synthetic dataset of four modalities, stored in a folder under {@code folder}. */
  public static Path synthetic(Path folder, int samples, double sparsity, long seed) {
    try {
      Path parts = Files.createTempDirectory(folder, "parts");
      new SyntheticDataset(seed).write(parts, samples, sparsity);
      var all = new LinkedHashMap<String, Part>();
      for (String part : List.of("gene", "protein", "mirna", "activity", "labels")) {
        all.put(part, new Part(part, part + ".csv", parts.resolve(part + ".csv")));
      }
      Path stored = Files.createTempDirectory(folder, "stored");
      new DatasetImport(10_000, 1_000_000, 1 << 20, PATIENCE)
          .run(Files.readAllBytes(parts.resolve("schema.yaml")), "schema.yaml", all, stored);
      return stored;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
