package io.braid.dataset;

import io.braid.modality.ModalityReader;
import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.ConfigText;
import io.braid.problem.DiskFull;
import io.braid.problem.Fault;
import io.braid.store.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
  private final DiskBudget budget;
  private final Duration patience;
  private final Faults faults = new Faults();

  /**
   * @param maxTokens most tokens of a modality of a sample
   * @param maxUnpacked bytes that all files may have when they are unpacked, and stored
   * @param patience what one row of a Parquet file may take
   */
  DatasetImport(int maxTokens, int maxSamples, long maxUnpacked, Duration patience) {
    this.maxTokens = maxTokens;
    this.maxSamples = maxSamples;
    this.budget = new DiskBudget(maxUnpacked);
    this.patience = patience;
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
    if (text.isEmpty()) {
      checkModalities(declared.stream().map(DeclaredModality::withPlaceholders).toList(), text);
    }
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
          one.type(),
          table -> {
            var reading = new ModalityImport(one, table, ids, budget, faults);
            reading.run(folder, modality);
            completed.add(reading.completed());
            widths.add(reading.width());
            present.add(reading.present());
            constant.addAll(reading.constantColumns());
          });
    }
    if ((long) declaredLabels.size() * ids.size() > LabelImport.MAX_VALUES) {
      faults.begin("labels");
      faults.add(
          "%d labels of %d samples, at most %d values"
              .formatted(declaredLabels.size(), ids.size(), LabelImport.MAX_VALUES));
      faults.refuse();
    }
    var labels = new LabelImport(declaredLabels, ids.size());
    Part labelPart = parts.get("labels");
    if (labelPart != null) {
      read(labelPart, DeclaredModality.Type.TABULAR, table -> labels.run(table, ids, faults));
    }
    faults.refuse();
    var text = new ArrayList<Fault>();
    checkModalities(completed, text);
    if (!text.isEmpty()) {
      throw BraidException.invalid(text);
    }
    ids.write(folder.resolve(StoredDataset.IDS));
    DurableFiles.force(folder.resolve(StoredDataset.IDS));
    labels.write(folder.resolve(StoredDataset.LABELS));
    DurableFiles.force(folder.resolve(StoredDataset.LABELS));
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
    DurableFiles.force(folder);
    return digest(folder);
  }

  private void read(Part part, DeclaredModality.Type type, Reading reading) throws IOException {
    faults.begin(part.name());
    try (TableReader table = open(part, type)) {
      reading.read(table);
    } catch (UncheckedIOException e) {
      note(Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      note(e);
    }
  }

  /** A file's fault is the client's; that nothing can be written is not. */
  private void note(IOException e) throws IOException {
    if (DiskFull.isBehind(e)) {
      throw e;
    }
    faults.add("the file cannot be read: " + firstLine(e));
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  private TableReader open(Part part, DeclaredModality.Type type) throws IOException {
    String name = lower(part);
    if (name.endsWith(".parquet")) {
      return new ParquetTable(part.file(), budget, patience, faults);
    }
    if (name.endsWith(".npz")) {
      return openArrays(part.file(), type);
    }
    return new CsvTable(part.file(), name.endsWith(".gz"), budget, faults);
  }

  private TableReader openArrays(Path file, DeclaredModality.Type type) throws IOException {
    var npz = new NpzFile(file, budget);
    try {
      return type == DeclaredModality.Type.SPARSE_TABULAR
          ? new NpzCells(npz, faults)
          : new NpzTable(npz, type.isLong(), faults);
    } catch (IOException | RuntimeException e) {
      npz.close();
      throw e;
    }
  }

  private void checkModalities(List<Map<String, Object>> modalities, List<Fault> text) {
    JsonNode tree = StoredDataset.JSON.valueToTree(Map.of("modalities", modalities));
    new ModalityReader(maxTokens).read(new ConfigObject(tree, "", text), text);
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
}
