package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/**
 * A real data set, of the folder {@code -Dbraid.data-sets}.
 *
 * @param name of the dataset that it becomes
 * @param folder where its files are
 * @param type of its modalities
 * @param files one a modality, named after it
 */
record RealData(String name, String folder, String type, List<String> files) {
  RealData(String name, String type, List<String> files) {
    this(name, name, type, files);
  }

  private static final Path DATA = Path.of(System.getProperty("braid.data-sets", "../shared/data"));

  /** Whether there is no data here, which is said. */
  static boolean isMissing() {
    boolean isMissing = !Files.isDirectory(DATA);
    if (isMissing) {
      System.out.println("there is no " + DATA + "; nothing is measured");
    }
    return isMissing;
  }

  List<String> modalities() {
    return files.stream().map(RealData::modality).toList();
  }

  private static String modality(String file) {
    return file.substring(0, file.indexOf('.'));
  }

  byte[] labels() throws IOException {
    return read("labels.csv");
  }

  private byte[] read(String file) throws IOException {
    return Files.readAllBytes(DATA.resolve(folder).resolve(file));
  }

  /** Rows of a file of tables by sample id: its numbers, as they are written. */
  Map<String, String> rows(String modality) throws IOException {
    String file =
        files.stream().filter(any -> modality(any).equals(modality)).findFirst().orElseThrow();
    byte[] bytes = read(file);
    if (file.endsWith(".gz")) {
      try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        bytes = in.readAllBytes();
      }
    }
    var rows = new LinkedHashMap<String, String>();
    new String(bytes, UTF_8)
        .lines()
        .skip(1)
        .forEach(line -> {
          int comma = line.indexOf(',');
          rows.put(line.substring(0, comma), line.substring(comma + 1));
        });
    return rows;
  }

  /** Puts it as a dataset of its name. */
  JsonNode upload(JsonClient client, byte[] labels) throws IOException, InterruptedException {
    var schema = new StringBuilder("modalities:\n");
    for (String modality : modalities()) {
      schema.append("- {name: %s, type: %s}\n".formatted(modality, type));
    }
    schema.append("labels:\n- {name: label, type: classification}\n");
    Map<String, byte[]> parts = new LinkedHashMap<>();
    parts.put("schema.yaml", schema.toString().getBytes(UTF_8));
    for (String file : files) {
      parts.put(file, read(file));
    }
    parts.put("labels.csv", labels);
    var body = new ByteArrayOutputStream();
    parts.forEach((file, content) -> JsonClient.part(body, modality(file), file, content));
    body.writeBytes("--frontier--\r\n".getBytes(UTF_8));
    return client.send(
        "PUT",
        "/v1/datasets/" + name,
        "multipart/form-data; boundary=frontier",
        body.toByteArray());
  }
}
