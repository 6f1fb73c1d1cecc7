package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One client of {@link KilledCollections}, the only one that writes its ids: what it writes at
 * random, and whether that is there after a kill.
 */
final class KilledWriter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int IDS = 40;

  /** What an item should be: its metadata's revision, and the number that each modality holds. */
  record Expected(int revision, Map<String, Integer> modalities) {}

  /** Writes that were sent and not answered; of one request all happened, or none. */
  private record Pending(boolean isAtomic, Map<String, Optional<Expected>> writes) {}

  private final Supplier<JsonClient> client;
  private final String collection;
  private final int number;
  private final Random random;
  private final Map<String, Expected> acknowledged = new LinkedHashMap<>();
  private Optional<Pending> pending = Optional.empty();
  private int revision;
  private long operations;
  private long unanswered;
  private long unansweredDone;

  /**
   * @param client of the service as it is started now
   */
  KilledWriter(Supplier<JsonClient> client, String collection, int number, long seed) {
    this.client = client;
    this.collection = collection;
    this.number = number;
    this.random = new Random(seed);
  }

  /** Until the service does not answer any more. */
  void run() {
    try {
      while (true) {
        write();
      }
    } catch (IOException | InterruptedException e) {
      // killed
    }
  }

  private void write() throws IOException, InterruptedException {
    String id = id();
    Expected now = acknowledged.get(id);
    switch (random.nextInt(5)) {
      case 0 -> {
        if (now != null) {
          send("DELETE", path(id), "", true, Map.of(id, Optional.empty()));
        }
      }
      case 1 -> {
        if (now != null) {
          patch(id, now);
        }
      }
      case 2 -> put(1 + random.nextInt(8), false);
      default -> put(1 + random.nextInt(3), true);
    }
    operations++;
  }

  private String id() {
    return "w" + number + "/" + random.nextInt(IDS);
  }

  private String path(String id) {
    return "/v1/collections/" + collection + "/items/" + id.replace("/", "%2F");
  }

  private void patch(String id, Expected now) throws IOException, InterruptedException {
    String modality = random.nextBoolean() ? "a" : "b";
    var modalities = new LinkedHashMap<>(now.modalities());
    boolean removes = modalities.size() == 2 && random.nextBoolean();
    if (removes) {
      modalities.remove(modality);
    } else {
      modalities.put(modality, ++revision);
    }
    String body =
        "{\"%s\": %s}".formatted(modality, removes ? "null" : values(modalities.get(modality)));
    send(
        "PATCH",
        path(id) + "/modalities",
        body,
        true,
        Map.of(id, Optional.of(new Expected(now.revision(), modalities))));
  }

  private void put(int count, boolean isAtomic) throws IOException, InterruptedException {
    var writes = new LinkedHashMap<String, Optional<Expected>>();
    var items = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      String id = id();
      if (writes.containsKey(id)) {
        continue;
      }
      var modalities = new LinkedHashMap<String, Integer>();
      int which = random.nextInt(3);
      if (which != 1) {
        modalities.put("a", ++revision);
      }
      if (which != 0) {
        modalities.put("b", ++revision);
      }
      writes.put(id, Optional.of(new Expected(++revision, modalities)));
      items.add(item(id, revision, modalities));
    }
    String path = "/v1/collections/" + collection + "/items";
    if (isAtomic) {
      send("POST", path, "{\"items\": [" + String.join(",", items) + "]}", true, writes);
    } else {
      send("POST", path, String.join("\n", items), false, writes);
    }
  }

  private String item(String id, int revision, Map<String, Integer> modalities) {
    var values = new ArrayList<String>();
    modalities.forEach((name, value) -> values.add("\"%s\": %s".formatted(name, values(value))));
    return "{\"id\": \"%1$s\", \"metadata\": {\"key\": \"%1$s\", \"revision\": %2$d}, \"modalities\": {%3$s}}"
        .formatted(id, revision, String.join(",", values));
  }

  private void send(
      String method,
      String path,
      String body,
      boolean isAtomic,
      Map<String, Optional<Expected>> writes)
      throws IOException, InterruptedException {
    pending = Optional.of(new Pending(isAtomic, writes));
    String type = isAtomic ? "application/json" : "application/x-ndjson";
    client.get().answer(method, path, type, body.getBytes(UTF_8));
    pending = Optional.empty();
    writes.forEach(this::happened);
  }

  private void happened(String id, Optional<Expected> write) {
    write.ifPresentOrElse(
        expected -> acknowledged.put(id, expected), () -> acknowledged.remove(id));
  }

  /** Compares its items with what is there; what was pending and happened counts from now on. */
  void check() throws IOException, InterruptedException {
    var found = new LinkedHashMap<String, Optional<Expected>>();
    for (int i = 0; i < IDS; i++) {
      String id = "w" + number + "/" + i;
      found.put(id, find(id));
    }
    Map<String, Optional<Expected>> writes = pending.map(Pending::writes).orElse(Map.of());
    long done = 0;
    for (var entry : writes.entrySet()) {
      Optional<Expected> is = found.get(entry.getKey());
      Optional<Expected> before = Optional.ofNullable(acknowledged.get(entry.getKey()));
      if (entry.getValue().equals(is)) {
        done++;
        happened(entry.getKey(), entry.getValue());
      } else if (!before.equals(is)) {
        throw new AssertionError(
            "%s is %s, neither %s nor %s".formatted(entry.getKey(), is, before, entry.getValue()));
      }
    }
    if (pending.map(Pending::isAtomic).orElse(false) && done != 0 && done != writes.size()) {
      throw new AssertionError(done + " of a request with " + writes);
    }
    unanswered += writes.isEmpty() ? 0 : 1;
    unansweredDone += done > 0 ? 1 : 0;
    pending = Optional.empty();
    found.forEach((id, is) -> {
      if (!is.equals(Optional.ofNullable(acknowledged.get(id)))) {
        throw new AssertionError(id + " is " + is + ", not " + acknowledged.get(id));
      }
    });
  }

  private Optional<Expected> find(String id) throws IOException, InterruptedException {
    var answer = client.get().tryAnswer("GET", path(id) + "?include=modalities", "", new byte[0]);
    if (answer.statusCode() == 404) {
      return Optional.empty();
    }
    JsonNode item = JSON.readTree(answer.body());
    var modalities = new LinkedHashMap<String, Integer>();
    item.path("modalities")
        .forEachEntry((name, values) -> modalities.put(name, values.get(0).asInt()));
    return Optional.of(new Expected(item.path("metadata").path("revision").asInt(), modalities));
  }

  /** A row with a number that tells which one it is. */
  private static String values(@Nullable Integer number) {
    int of = Objects.requireNonNull(number);
    return "[%d, %d, %.3f]".formatted(of, of % 7 - 3, Math.sin(of));
  }

  String collection() {
    return collection;
  }

  /** Its items as they must be. */
  Map<String, Expected> acknowledged() {
    return Collections.unmodifiableMap(acknowledged);
  }

  long operations() {
    return operations;
  }

  /** Kills that left one of its requests without an answer. */
  long unanswered() {
    return unanswered;
  }

  /** Those of them whose request, or a part of it, had happened. */
  long unansweredDone() {
    return unansweredDone;
  }
}
