package io.braid.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.training.JobEvents;
import io.braid.training.JobEvents.Event;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The losses and metrics of a job, read from its events piece by piece however many there are. Of a
 * step that was taken twice, after a crash, the later counts; so what an attempt had done beyond
 * the checkpoint from which the next one goes on is gone.
 */
final class JobHistory {
  private static final int AT_ONCE = 1000;
  private static final JsonNode NONE = JsonNodeFactory.instance.objectNode();

  /** Columns of the table, and where a step's event, or an epoch's, has them. */
  private static final Map<String, String> OF_STEP =
      columns("step", "epoch", "loss", "learning_rate", "grad_norm");

  private static final Map<String, String> OF_EPOCH = columns("train_loss", "test_loss");

  static {
    OF_EPOCH.put("uniformity", "/uniformity/fusion");
    OF_EPOCH.put("alignment", "/alignment/mean");
    for (String number : List.of("median_rank", "recall@1", "recall@5", "recall@10")) {
      OF_EPOCH.put(number, "/retrieval/mean/" + number);
    }
  }

  private static Map<String, String> columns(String... names) {
    var columns = new LinkedHashMap<String, String>();
    for (String name : names) {
      columns.put(name, "/" + name);
    }
    return columns;
  }

  private final JobEvents events;

  /** Ids of the events that count, ascending. */
  private long[] counting = new long[1024];

  /** Of each of them, twice its step, and one more if it is that of an epoch. */
  private long[] places = new long[1024];

  private int size;

  JobHistory(JobEvents events) {
    this.events = events;
    each(this::count);
  }

  private void each(Consumer<Event> what) {
    long read = 0;
    List<Event> next = events.after(read, AT_ONCE);
    while (!next.isEmpty()) {
      next.forEach(what);
      read = next.getLast().id();
      next = events.after(read, AT_ONCE);
    }
  }

  private void count(Event event) {
    boolean isEpoch = event.event().equals("epoch");
    if ((!isEpoch && !event.event().equals("step"))
        || !(event.data().get("step") instanceof Number step)) {
      return;
    }
    long place = 2 * step.longValue() + (isEpoch ? 1 : 0);
    while (size > 0 && places[size - 1] >= place) {
      size--;
    }
    if (size == counting.length) {
      counting = Arrays.copyOf(counting, 2 * size);
      places = Arrays.copyOf(places, 2 * size);
    }
    counting[size] = event.id();
    places[size++] = place;
  }

  private void eachCounting(Consumer<Event> what) {
    each(event -> {
      if (Arrays.binarySearch(counting, 0, size, event.id()) >= 0) {
        what.accept(event);
      }
    });
  }

  /** {@code {"steps": [...], "epochs": [...]}}, each as its event has it. */
  void write(OutputStream out, ObjectMapper mapper) {
    try (JsonGenerator json = mapper.createGenerator(out)) {
      json.writeStartObject();
      for (String kind : List.of("step", "epoch")) {
        json.writeArrayPropertyStart(kind + "s");
        eachCounting(event -> {
          if (event.event().equals(kind)) {
            mapper.writeValue(json, event.data());
          }
        });
        json.writeEndArray();
      }
      json.writeEndObject();
    }
  }

  /** What each epoch measured, as its event has it. */
  List<Map<String, Object>> epochs() {
    var epochs = new ArrayList<Map<String, Object>>();
    eachCounting(event -> {
      if (event.event().equals("epoch")) {
        epochs.add(event.data());
      }
    });
    return epochs;
  }

  /** A header, and a row a step; the last step of an epoch has what the epoch measured. */
  void writeCsv(OutputStream out) throws IOException {
    try (var text = new BufferedWriter(new OutputStreamWriter(out, UTF_8))) {
      var table = new Table(text);
      table.row(OF_STEP.keySet().stream(), OF_EPOCH.keySet().stream());
      eachCounting(table::add);
      table.end();
    }
  }

  /** Rows as they come: each waits for what may be said of its epoch. */
  private static final class Table {
    private final Writer text;
    private JsonNode step = NONE;

    Table(Writer text) {
      this.text = text;
    }

    void add(Event event) {
      JsonNode data = JobRepository.JSON.valueToTree(event.data());
      if (event.event().equals("epoch")) {
        row(cells(step.isEmpty() ? data : step, OF_STEP), cells(data, OF_EPOCH));
        step = NONE;
      } else {
        end();
        step = data;
      }
    }

    void end() {
      if (!step.isEmpty()) {
        row(cells(step, OF_STEP), cells(NONE, OF_EPOCH));
      }
    }

    void row(Stream<String> ofStep, Stream<String> ofEpoch) {
      try {
        text.write(Stream.concat(ofStep, ofEpoch).collect(Collectors.joining(",")) + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Stream<String> cells(JsonNode data, Map<String, String> columns) {
      return columns.values().stream().map(at -> data.at(at).asString(""));
    }
  }
}
