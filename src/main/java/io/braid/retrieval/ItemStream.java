package io.braid.retrieval;

import io.braid.modality.BodyReader;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.PartlyDone;
import io.braid.problem.ProblemKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Puts the items of a stream, one a line, in batches. While one is stored the next is embedded and
 * the one after it is read, so that the encoder is always busy; a client is read from no faster
 * than its items are stored. Memory is that of three batches, whatever the length of the stream.
 */
final class ItemStream {
  private static final int MAX_ITEMS = 256;

  /** Of the lines of a batch. */
  private static final int MAX_BYTES = 8 << 20;

  private static final Executor STORING = Executors.newVirtualThreadPerTaskExecutor();

  private final InputStream in;
  private final BodyReader bodies;
  private final ItemReader reader;
  private final int maxLine;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int end;
  private long lines;

  /**
   * @param maxLine bytes of a line
   */
  ItemStream(InputStream in, BodyReader bodies, ItemReader reader, int maxLine) {
    this.in = in;
    this.bodies = bodies;
    this.reader = reader;
    this.maxLine = maxLine;
  }

  /** Stores items, all or none. */
  interface Store {
    /**
     * @param turn waits until those before them are stored; throws where they are not
     */
    void put(List<NewItem> items, Runnable turn);
  }

  /**
   * Stores all items; how many they were.
   *
   * @throws PartlyDone where a line is at fault, or cannot be stored; those before it are
   */
  long putAll(Store store) {
    CompletableFuture<Long> before = CompletableFuture.completedFuture(0L);
    CompletableFuture<Long> last = before;
    @Nullable RuntimeException fault = null;
    boolean goesOn = true;
    while (goesOn) {
      var batch = new ArrayList<NewItem>();
      try {
        goesOn = fill(batch);
      } catch (RuntimeException e) {
        fault = e;
        goesOn = false;
      }
      done(before); // two are under way at most
      before = last;
      last = store(store, List.copyOf(batch), last);
    }
    long stored = done(last);
    if (fault != null) {
      throw new PartlyDone(stored, fault);
    }
    return stored;
  }

  /** How many items are stored when this batch is. */
  private static CompletableFuture<Long> store(
      Store store, List<NewItem> batch, CompletableFuture<Long> before) {
    return CompletableFuture.supplyAsync(
        () -> {
          if (!batch.isEmpty()) {
            try {
              store.put(batch, before::join);
            } catch (CompletionException e) {
              throw e; // those before it were not stored
            } catch (RuntimeException e) {
              throw new PartlyDone(before.join(), e);
            }
          }
          return before.join() + batch.size();
        },
        STORING);
  }

  private static long done(CompletableFuture<Long> storing) {
    try {
      return storing.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof PartlyDone partly ? partly : e;
    }
  }

  /** Reads items until the batch is full; false at the end of the stream. */
  private boolean fill(List<NewItem> batch) {
    int bytes = 0;
    while (batch.size() < MAX_ITEMS && bytes < MAX_BYTES) {
      byte[] line = nextLine();
      if (line == null) {
        return false;
      }
      lines++;
      bytes += line.length;
      if (!new String(line, StandardCharsets.UTF_8).isBlank()) {
        batch.add(item(line));
      }
    }
    return true;
  }

  private NewItem item(byte[] line) {
    String at = "/" + (lines - 1);
    try {
      var faults = new ArrayList<Fault>();
      Optional<NewItem> item =
          bodies.read(
              new ByteArrayInputStream(line), null, parser -> reader.read(parser, at, faults));
      BraidException.refuse(faults);
      return item.orElseThrow();
    } catch (BraidException e) {
      throw new BraidException(
          e.kind(), "line " + lines + ": " + inLine(String.valueOf(e.getMessage())), placed(e, at));
    }
  }

  /** A message on a line that was read as a document of its own. */
  private static String inLine(String message) {
    return message.replace(" (line 1, column ", " (column ");
  }

  /** What is unreadable is placed within its line. */
  private static List<Fault> placed(BraidException e, String at) {
    return e.kind() == ProblemKind.INVALID
        ? e.faults()
        : e.faults().stream()
            .map(fault -> new Fault(at + fault.pointer(), inLine(fault.detail())))
            .toList();
  }

  /** The next line without its end; null where there is none. */
  private byte @Nullable [] nextLine() {
    var line = new ByteArrayOutputStream();
    try {
      while (hasMore()) {
        int from = next;
        while (next < end && buffer[next] != '\n') {
          next++;
        }
        if (line.size() + next - from > maxLine) {
          throw new BraidException(
              ProblemKind.TOO_LARGE,
              "line %d is longer than %d bytes".formatted(lines + 1, maxLine));
        }
        line.write(buffer, from, next - from);
        if (next < end) {
          next++;
          return line.toByteArray();
        }
      }
      return line.size() == 0 ? null : line.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean hasMore() throws IOException {
    if (next == end) {
      next = 0;
      end = Math.max(0, in.read(buffer));
    }
    return end > 0;
  }
}
