package io.braid.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Samples as JSON, one a line: {@code {"id": "a", "modalities": {...}}}, or in another form. */
final class LineSamples implements Samples {
  private final Path file;
  private final BufferedReader reader;
  private final long count;
  private final Consumer<ObjectNode> form;
  private long line;

  /**
   * @param form brings a line to the form of a request
   */
  LineSamples(Path file, Consumer<ObjectNode> form) {
    this.file = file;
    this.form = form;
    try (var lines = Files.lines(file)) {
      this.count = lines.filter(text -> !text.isBlank()).count();
      this.reader = Files.newBufferedReader(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public Optional<Sent> next() {
    try {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line++;
        if (!text.isBlank()) {
          return Optional.of(new Sent("line " + line, Map.of(), checked(text)));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So that what is no JSON is told by its own line, and not by that of a request. */
  private byte[] checked(String text) {
    try {
      if (Client.JSON.readTree(text) instanceof ObjectNode sample) {
        form.accept(sample);
        return Client.JSON.writeValueAsBytes(sample);
      }
      throw new CommandFailure("%s, line %d: expected an object".formatted(file, line));
    } catch (JacksonException e) {
      throw new CommandFailure("%s, line %d: %s".formatted(file, line, e.getOriginalMessage()));
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
