package io.braid.job;

import io.braid.training.JobEvents.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/**
 * The losses and metrics of a job. Of a step that was taken twice, after a crash, the later counts.
 */
@Component
class JobHistory {
  static final String CSV = "text/csv";
  private static final List<String> COLUMNS =
      List.of("step", "epoch", "loss", "learning_rate", "grad_norm");

  private final Jobs jobs;

  JobHistory(Jobs jobs) {
    this.jobs = jobs;
  }

  List<Event> events(Job job) {
    return jobs.folder(job.id()).events().after(0, Integer.MAX_VALUE);
  }

  static JobApi.History of(List<Event> events) {
    return new JobApi.History(latest(events, "step", "step"), latest(events, "epoch", "epoch"));
  }

  private static List<Map<String, Object>> latest(List<Event> events, String kind, String key) {
    var byNumber = new TreeMap<Long, Map<String, Object>>();
    for (Event event : events) {
      if (event.event().equals(kind) && event.data().get(key) instanceof Number number) {
        byNumber.put(number.longValue(), event.data());
      }
    }
    return new ArrayList<>(byNumber.values());
  }

  /** A header, and a row a step. */
  static String csv(List<Event> events) {
    var text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (Map<String, Object> step : latest(events, "step", "step")) {
      text.append(
              String.join(
                  ",",
                  COLUMNS.stream().map(c -> String.valueOf(step.getOrDefault(c, ""))).toList()))
          .append('\n');
    }
    return text.toString();
  }
}
