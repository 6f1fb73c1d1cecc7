package io.braid.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Follows a training job to its end. */
final class TrainingWatch {
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** A run beyond it is told how to be a smaller one. */
  private static final Duration LONG = Duration.ofMinutes(10);

  private static final String LESS =
      "This takes about %d minutes; a smaller network and fewer epochs take less, as in"
          + " --set epochs=20"
          + " --set 'network={\"embedding_dim\": 32, \"layers\": 1, \"heads\": 4, \"head_dim\": 8}'"
          + " (docs/tune.md).";

  /** As long as a service may need to start again. */
  private static final int MAX_LOST = 120;

  private final Client client;
  private final Screen screen;
  private final String path;
  private final Estimate estimate = new Estimate();
  private @Nullable Progress progress;
  private String lastId = "";
  private String losses = "";

  /** Steps that were done before; what was told of them is not told again. */
  private long from;

  private String heldLog = "";

  TrainingWatch(Client client, Screen screen, String job) {
    this.client = client;
    this.screen = screen;
    this.path = path(job);
  }

  static String path(String job) {
    return "/v1/training-jobs/" + Client.segment(job);
  }

  static boolean isOver(JsonNode job) {
    return !job.path("state").asString().matches("queued|running");
  }

  /** The job as it ended. */
  JsonNode toItsEnd() {
    JsonNode known = client.get(path);
    from = known.path("progress").path("step").asLong(0);
    tellQueue(known);
    try {
      int lost = 0;
      while (true) {
        try {
          follow();
          JsonNode job = client.get(path);
          if (isOver(job)) {
            return job;
          }
          lost = 0;
        } catch (IOException | UncheckedIOException e) {
          if (++lost > MAX_LOST) {
            throw client.lost(e);
          }
        }
        pause();
      }
    } finally {
      Optional.ofNullable(progress).ifPresent(Progress::close);
    }
  }

  private void tellQueue(JsonNode job) {
    int position = job.path("queue_position").asInt(0);
    if (position > 1) {
      screen.say("It waits for %d other jobs.".formatted(position - 1));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("it was interrupted");
    }
  }

  /** Reads events until the service has no more. */
  private void follow() throws IOException {
    try (Stream<String> lines = client.events(path + "/events", lastId)) {
      String event = "";
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        String line = each.next();
        if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        } else if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ")) {
          take(event, Client.JSON.readTree(line.substring(6)));
        }
      }
    }
  }

  private void take(String event, JsonNode data) {
    switch (event) {
      case "step" -> step(data, data.path("step").asLong(0));
      case "epoch" -> losses = ", test " + shown(data.path("test_loss"));
      case "log" -> say(text(data, "message"));
      default -> {}
    }
  }

  private void step(JsonNode data, long step) {
    if (progress == null && step <= from) {
      return;
    }
    String epoch = "epoch %s/%s".formatted(text(data, "epoch"), text(data, "epochs"));
    long steps = data.path("steps").asLong(0);
    started(steps).at(step, "%s, loss %s%s".formatted(epoch, shown(data.path("loss")), losses));
    estimate
        .at(step, steps, System.nanoTime())
        .filter(time -> time.compareTo(LONG) > 0)
        .ifPresent(time -> say(LESS.formatted(Math.round(time.toSeconds() / 60.0))));
  }

  private Progress started(long steps) {
    if (progress == null) {
      if (!heldLog.isEmpty()) {
        screen.say(heldLog);
      }
      progress = screen.progress("Training", Unit.of("steps"), from, steps);
    }
    return progress;
  }

  private void say(String line) {
    if (progress == null && from > 0) {
      heldLog = line;
    } else if (progress == null) {
      screen.say(line);
    } else {
      progress.say(line);
    }
  }

  private static String text(JsonNode data, String key) {
    return data.path(key).asString("?");
  }

  private static String shown(JsonNode loss) {
    return loss.isNumber() ? String.format(Locale.ROOT, "%.3f", loss.doubleValue()) : "?";
  }
}
