package io.braid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** Samples as JSON, one a line: {@code {"id": "a", "modalities": {...}}}. */
final class LineSamples implements Samples {
  private final Path file;
  private final BufferedReader reader;
  private final long count;
  private long line;

  LineSamples(Path file) {
    this.file = file;
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
      if (Client.JSON.readTree(text).isObject()) {
        return text.getBytes(UTF_8);
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
