package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.beans.factory.annotation.Value;
import tools.jackson.databind.node.ObjectNode;

/** Takes snapshots of collections and restores them, whole or changed. */
abstract class SnapshotApiTest extends SearchApiTest {
  @Value("${braid.data-dir}")
  private Path data = Path.of("");

  final byte[] snapshot(String collection) {
    Answer made = api().post(at(collection) + "/snapshots", "");
    assertThat(made.status()).as("%s", made).isEqualTo(201);
    assertThat(made.header("Location"))
        .isEqualTo(at(collection) + "/snapshots/" + made.body().path("id").asString());
    Answer file = api().get(made.header("Location"));
    assertThat(file.status()).isEqualTo(200);
    assertThat(file.type()).isEqualTo("application/zip");
    assertThat(file.bytes()).hasSize(made.body().path("bytes").asInt());
    return file.bytes();
  }

  final Answer restore(String name, byte[] file) {
    return api()
        .send("PUT", at(name), BodyPublishers.ofByteArray(file), "Content-Type", "application/zip");
  }

  final String restored(byte[] file) {
    String name = name();
    Answer answer = restore(name, file);
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    return name;
  }

  /** Files that are on their way in, or were left. */
  final long incoming() {
    try (var files = Files.list(data.resolve("incoming"))) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the collection that is {@link #filled}, with its calibration. */
  final byte[] calibrated() {
    hits(filled(), "{'query': {'modalities': %s}, 'score': 'calibrated'}".formatted(sample(1)));
    return snapshot(filled());
  }

  /** The file with other content of a part. */
  static byte[] with(byte[] file, String part, byte[] content) throws IOException {
    Map<String, byte[]> parts = ZipParts.read(file);
    parts.put(part, content);
    return ZipParts.write(parts);
  }

  /** The file with another head. */
  static byte[] changed(byte[] file, Consumer<ObjectNode> change) throws IOException {
    Map<String, byte[]> parts = ZipParts.read(file);
    var head = (ObjectNode) Api.JSON_MAPPER.readTree(parts.get("collection.json"));
    change.accept(head);
    parts.put("collection.json", Api.JSON_MAPPER.writeValueAsBytes(head));
    return ZipParts.write(parts);
  }

  final List<Path> filesOf(String snapshot) throws IOException {
    try (var files = Files.list(data.resolve("snapshots"))) {
      return files.filter(file -> file.toString().contains(snapshot)).toList();
    }
  }
}
