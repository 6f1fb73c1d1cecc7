package io.braid.training;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The events of a job, a JSON object a line, in a file that service and worker append to. An
 * event's id is the offset at which its line ends, so that a reader goes on after any event it has
 * seen. A line is written by one call; a line that a crash tore is skipped by readers.
 */
public final class JobEvents {
  private static final Logger log = LoggerFactory.getLogger(JobEvents.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;

  JobEvents(Path file) {
    this.file = file;
  }

  /**
   * @param id grows; readers that have seen it ask for what comes after
   * @param event {@code state}, {@code step}, {@code epoch} or {@code log}
   */
  public record Event(long id, String event, Instant at, Map<String, Object> data) {}

  /** Appends an event. */
  public void append(String event, Map<String, ?> data) {
    var line = new LinkedHashMap<String, Object>();
    line.put("event", event);
    line.put("at", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    line.put("data", data);
    byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(ByteBuffer.wrap(endsTorn() ? prefixed(bytes) : bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends a {@code log} event, and prints it: a worker's output is the log of its job. */
  public void log(String message) {
    append("log", Map.of("message", message));
    log.info("{}: {}", file.getName(file.getNameCount() - 2), message);
  }

  /** Events that end after {@code id}, 0 for all, at most {@code limit}. */
  public List<Event> after(long id, int limit) {
    var events = new ArrayList<Event>();
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      long position = Math.clamp(id, 0, in.length());
      in.seek(position);
      var lines = new LineReader(in, position);
      while (events.size() < limit && lines.next()) {
        parse(lines.line(), lines.end(), events);
      }
      return events;
    } catch (java.io.FileNotFoundException | NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void parse(String line, long end, List<Event> events) {
    try {
      Map<String, Object> fields = JSON.readValue(line, new TypeReference<>() {});
      if (fields.get("event") instanceof String event
          && fields.get("at") instanceof String at
          && fields.get("data") instanceof Map<?, ?> data) {
        var named = new LinkedHashMap<String, Object>();
        data.forEach((key, value) -> named.put((String) key, value));
        events.add(new Event(end, event, Instant.parse(at), named));
      }
    } catch (JacksonException e) {
      // A line that a crash tore: what it would have said was never acknowledged.
    }
  }

  private boolean endsTorn() throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return false;
    }
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(in.length() - 1);
      return in.read() != '\n';
    }
  }

  private static byte[] prefixed(byte[] bytes) {
    byte[] all = new byte[bytes.length + 1];
    all[0] = '\n';
    System.arraycopy(bytes, 0, all, 1, bytes.length);
    return all;
  }

  /** Whole lines and where they end, in bytes. */
  private static final class LineReader {
    private final RandomAccessFile in;
    private final byte[] buffer = new byte[1 << 16];
    private final java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
    private int from;
    private int to;
    private long end;

    LineReader(RandomAccessFile in, long position) {
      this.in = in;
      this.end = position;
    }

    /** Whether there is another whole line. */
    boolean next() throws IOException {
      line.reset();
      while (true) {
        if (from == to) {
          to = Math.max(0, in.read(buffer));
          from = 0;
          if (to == 0) {
            return false;
          }
        }
        byte b = buffer[from++];
        if (b == '\n') {
          end += line.size() + 1L;
          return true;
        }
        line.write(b);
      }
    }

    String line() {
      return line.toString(StandardCharsets.UTF_8);
    }

    long end() {
      return end;
    }
  }
}
