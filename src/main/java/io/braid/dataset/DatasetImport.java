package io.braid.dataset;

import io.braid.modality.ModalityReader;
import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.ConfigText;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipException;
import tools.jackson.databind.JsonNode;

/**
 * Turns the parts of an upload into the folder of a dataset; says everything that is wrong with it.
 */
final class DatasetImport {
  private static final List<String> ENDINGS = List.of(".csv", ".csv.gz", ".parquet", ".npz");

  /** A file part: what it is called, the name of the file it was, and where it lies. */
  record Part(String name, String fileName, Path file) {}

  private final int maxTokens;
  private final int maxSamples;
  private final long maxUnpacked;
  private final Faults faults = new Faults();

  /**
   * @param maxTokens most tokens of a modality of a sample
   * @param maxUnpacked bytes that a compressed file may have when it is unpacked
   */
  DatasetImport(int maxTokens, int maxSamples, long maxUnpacked) {
    this.maxTokens = maxTokens;
    this.maxSamples = maxSamples;
    this.maxUnpacked = maxUnpacked;
  }

  /**
   * Reads all parts.
   *
   * @param folder empty; all in it is durable when this returns
   * @return SHA-256 of the content, in hex
   */
  String run(byte[] schema, String schemaFile, Map<String, Part> parts, Path folder) {
    var text = new ArrayList<Fault>();
    JsonNode root = ConfigText.parse("schema", schemaFile, schema);
    if (!root.isObject()) {
      throw BraidException.invalid(
          List.of(new Fault("schema", "expected an object with modalities and labels")));
    }
    var fields = new ConfigObject(root, "", text);
    List<DeclaredModality> declared = DeclaredModality.read(fields, text);
    List<DatasetLabel> labels = LabelImport.declared(fields, text);
    fields.finish();
    checkParts(declared, labels, parts, text);
    if (!text.isEmpty()) {
      throw BraidException.invalid(text);
    }
    try {
      return read(declared, labels, parts, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkParts(
      List<DeclaredModality> declared,
      List<DatasetLabel> labels,
      Map<String, Part> parts,
      List<Fault> faults) {
    List<String> names = declared.stream().map(DeclaredModality::name).toList();
    for (Part part : parts.values()) {
      if (!names.contains(part.name()) && !part.name().equals("labels")) {
        faults.add(
            new Fault(
                part.name(), "no modality of the schema; expected some of " + names + ", labels"));
      } else if (ENDINGS.stream().noneMatch(ending -> lower(part).endsWith(ending))) {
        faults.add(
            new Fault(
                part.name(),
                "a file called '%s'; expected an ending of %s"
                    .formatted(part.fileName(), ENDINGS)));
      }
    }
    for (String name : names) {
      if (!parts.containsKey(name)) {
        faults.add(new Fault(name, "missing, expected a file part with this modality"));
      }
    }
    if (!labels.isEmpty() && !parts.containsKey("labels")) {
      faults.add(new Fault("labels", "missing, expected a file part with the schema's labels"));
    }
  }

  private static String lower(Part part) {
    return part.fileName().toLowerCase(Locale.ROOT);
  }

  private interface Reading {
    void read(TableReader table) throws IOException;
  }

  private String read(
      List<DeclaredModality> declared,
      List<DatasetLabel> declaredLabels,
      Map<String, Part> parts,
      Path folder)
      throws IOException {
    var ids = new SampleIds(maxSamples);
    var completed = new ArrayList<Map<String, Object>>();
    var widths = new ArrayList<Integer>();
    var present = new ArrayList<Integer>();
    var constant = new ArrayList<ConstantColumn>();
    for (int m = 0; m < declared.size(); m++) {
      int modality = m;
      DeclaredModality one = declared.get(m);
      read(
          Objects.requireNonNull(parts.get(one.name())),
          one.type().isLong(),
          table -> {
            var reading = new ModalityImport(one, table, ids, faults);
            reading.run(folder, modality);
            completed.add(reading.completed());
            widths.add(reading.width());
            present.add(reading.present());
            constant.addAll(reading.constantColumns());
          });
    }
    var labels = new LabelImport(declaredLabels, ids.size());
    Part labelPart = parts.get("labels");
    if (labelPart != null) {
      read(labelPart, false, table -> labels.run(table, ids, faults));
    }
    faults.refuse();
    checkModalities(completed);
    writeSmall(folder, StoredDataset.IDS, lines(ids));
    writeSmall(folder, StoredDataset.LABELS, labels.valueBytes());
    writeSmall(folder, StoredDataset.SPLIT, labels.splitBytes());
    writeSmall(
        folder,
        StoredDataset.MANIFEST,
        StoredDataset.JSON.writeValueAsBytes(
            new Manifest(
                ids.size(),
                completed,
                widths,
                present,
                labels.labels(),
                labels.hasSplit(),
                constant)));
    return digest(folder);
  }

  private void read(Part part, boolean isLong, Reading reading) throws IOException {
    faults.begin(part.name());
    try (TableReader table = open(part, isLong)) {
      reading.read(table);
    } catch (UncheckedIOException e) {
      note(e.getCause() == null ? new IOException(e) : e.getCause());
    } catch (IOException e) {
      note(e);
    } catch (BraidException e) {
      throw e;
    } catch (RuntimeException e) {
      // What the Parquet library throws of a file that is no Parquet, or is cut short.
      faults.add("the file cannot be read: " + firstLine(e));
    }
  }

  /** A file's fault is the client's; that nothing can be written is not. */
  private void note(IOException e) throws IOException {
    if (isDiskFull(e)) {
      throw e;
    }
    faults.add("the file cannot be read: " + firstLine(e));
  }

  static boolean isDiskFull(Exception e) {
    return firstLine(e).contains("No space left") || firstLine(e).contains("quota exceeded");
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  private TableReader open(Part part, boolean isLong) throws IOException {
    String name = lower(part);
    if (name.endsWith(".parquet")) {
      return new ParquetTable(part.file(), faults);
    }
    if (name.endsWith(".npz")) {
      try {
        return new NpzTable(part.file(), isLong, faults);
      } catch (ZipException e) {
        throw new IOException("no .npz file: " + e.getMessage(), e);
      }
    }
    return new CsvTable(part.file(), name.endsWith(".gz"), maxUnpacked, faults);
  }

  private void checkModalities(List<Map<String, Object>> completed) {
    var text = new ArrayList<Fault>();
    JsonNode tree = StoredDataset.JSON.valueToTree(Map.of("modalities", completed));
    new ModalityReader(maxTokens).read(new ConfigObject(tree, "", text), text);
    if (!text.isEmpty()) {
      throw BraidException.invalid(text);
    }
  }

  private static byte[] lines(SampleIds ids) {
    return String.join("\n", ids.all()).getBytes(StandardCharsets.UTF_8);
  }

  private static void writeSmall(Path folder, String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    DurableFiles.force(file);
  }

  /** Of all files, each under its name. */
  private static String digest(Path folder) throws IOException {
    var digests = new LinkedHashMap<String, String>();
    try (var files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        digests.put(file.getFileName().toString(), DurableFiles.sha256(file));
      }
    }
    byte[] all = digests.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(DurableFiles.sha256().digest(all));
  }

  /** The problem of an upload for which there is no room. */
  static BraidException diskFull() {
    return new BraidException(
        ProblemKind.UNAVAILABLE,
        "the disk of the data folder is full; nothing of the upload was kept. Make room and send it"
            + " again");
  }
}
