package io.braid.dataset;

import io.braid.modality.Features;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalityReader;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dataset's files, mapped into memory; samples are made when asked for. Used by any thread, with
 * or without a service around it.
 */
public final class StoredDataset implements AutoCloseable {
  static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  static final String MANIFEST = "manifest.json";
  static final String IDS = "ids";
  static final String LABELS = "labels";
  static final String SPLIT = "split";
  static final byte TRAIN = 1;
  static final byte TEST = 2;

  private final Path folder;
  private final Arena arena;
  private final Manifest manifest;
  private final ModalitySchema schema;
  private final List<RowsFile> rows = new ArrayList<>();
  private final MemorySegment labels;
  private final Map<String, Integer> labelPlaces = new HashMap<>();
  private final byte[] split;

  private StoredDataset(Path folder, Arena arena) throws IOException {
    this.folder = folder;
    this.arena = arena;
    this.manifest = readManifest(folder);
    this.schema = schema(manifest);
    for (int m = 0; m < schema.size(); m++) {
      rows.add(RowsFile.map(folder, m, manifest.widths().get(m), arena));
    }
    this.labels = RowsFile.map(folder.resolve(LABELS), arena);
    manifest.labels().forEach(label -> labelPlaces.put(label.name(), labelPlaces.size()));
    this.split = Files.readAllBytes(folder.resolve(SPLIT));
  }

  @SuppressWarnings("MustBeClosedChecker") // the dataset closes it
  public static StoredDataset open(Path folder) {
    Arena arena = Arena.ofShared();
    try {
      return new StoredDataset(folder, arena);
    } catch (IOException e) {
      arena.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  static Manifest readManifest(Path folder) throws IOException {
    return JSON.readValue(Files.readAllBytes(folder.resolve(MANIFEST)), Manifest.class);
  }

  static ModalitySchema schema(Manifest manifest) {
    var faults = new ArrayList<Fault>();
    var tree = JSON.valueToTree(Map.of("modalities", manifest.modalities()));
    List<Modality> modalities =
        new ModalityReader(Integer.MAX_VALUE).read(new ConfigObject(tree, "", faults), faults);
    if (!faults.isEmpty()) {
      throw new IllegalStateException("the manifest is not understood: " + faults);
    }
    return new ModalitySchema(modalities);
  }

  /** Its modalities; columns, lengths and vocabularies are those of the files. */
  public ModalitySchema schema() {
    return schema;
  }

  /** Number of samples, which are numbered from 0. */
  public int size() {
    return manifest.samples();
  }

  /** The id of every sample, in order. */
  public List<String> ids() {
    try {
      return Files.readAllLines(folder.resolve(IDS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a sample has at least one cell, step, token or patch of a modality. */
  public boolean isPresent(int sample, int modality) {
    return rows.get(modality).count(sample) > 0;
  }

  RowsFile rows(int modality) {
    return rows.get(modality);
  }

  /**
   * A sample as it would be read from a request.
   *
   * @param allowed bits of the modalities that it may have
   * @return empty where it has none of these
   */
  public Optional<Sample> sample(int sample, long allowed) {
    return sample(sample, allowed, schema);
  }

  /**
   * The same as another schema reads it, which may take fewer tokens or standardise.
   *
   * @param as whose modalities are like those here of the same names, where there are any
   */
  public Optional<Sample> sample(int sample, long allowed, ModalitySchema as) {
    var features = new LinkedHashMap<String, Features>();
    for (Modality modality : as.modalities()) {
      int m = schema.names().indexOf(modality.name());
      if (m >= 0 && (allowed >> m & 1) == 1 && isPresent(sample, m)) {
        RowFeatures.of(modality, rows.get(m), sample)
            .ifPresent(found -> features.put(modality.name(), found));
      }
    }
    return features.isEmpty()
        ? Optional.empty()
        : Optional.of(new Sample(Optional.empty(), features, List.of()));
  }

  public List<DatasetLabel> labels() {
    return manifest.labels();
  }

  /** The number of a sample's class; empty where it has none. */
  public OptionalInt classOf(int sample, String label) {
    OptionalDouble value = valueOf(sample, label);
    return value.isPresent() ? OptionalInt.of((int) value.getAsDouble()) : OptionalInt.empty();
  }

  /** A sample's value; empty where it has none. */
  public OptionalDouble valueOf(int sample, String label) {
    Integer place = labelPlaces.get(label);
    if (place == null) {
      throw new IllegalArgumentException("there is no label '" + label + "'");
    }
    long at = (long) sample * labelPlaces.size() + place;
    float value = labels.get(RowsFile.FLOAT, Float.BYTES * at);
    return Float.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** The split that the labels gave. */
  public Optional<Split> split() {
    return manifest.hasSplit()
        ? Optional.of(new Split(samples(TRAIN), samples(TEST)))
        : Optional.empty();
  }

  private IntVector samples(byte part) {
    return IntVector.of(
        IntStream.range(0, split.length).filter(sample -> split[sample] == part).toArray());
  }

  public List<ConstantColumn> constantColumns() {
    return manifest.constantColumns();
  }

  @Override
  public void close() {
    arena.close();
  }
}
