package io.braid.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.training.JobEvents.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobEventsTest {
  @TempDir Path folder;

  @Test
  void areReadFromAnyOfThemOn() {
    JobEvents events = new JobFolder(folder).events();
    assertThat(events.after(0, 10)).isEmpty();
    for (int step = 1; step <= 5; step++) {
      events.append("step", Map.of("step", step, "text", "zwölf\n"));
    }
    List<Event> all = events.after(0, 10);
    assertThat(all).extracting(event -> event.data().get("step")).containsExactly(1, 2, 3, 4, 5);
    assertThat(all).allSatisfy(event -> assertThat(event.data().get("text")).isEqualTo("zwölf\n"));
    assertThat(events.after(all.get(1).id(), 2)).isEqualTo(all.subList(2, 4));
    assertThat(events.after(all.getLast().id(), 10)).isEmpty();
  }

  @Test
  void aTornLineIsSkippedAndTheNextOneIsWhole() throws IOException {
    JobEvents events = new JobFolder(folder).events();
    events.append("log", Map.of("message", "one"));
    Files.writeString(
        folder.resolve("events.ndjson"), "{\"event\": \"st", StandardOpenOption.APPEND);
    assertThat(events.after(0, 10)).hasSize(1);
    events.append("log", Map.of("message", "two"));
    assertThat(events.after(0, 10))
        .extracting(event -> event.data().get("message"))
        .containsExactly("one", "two");
  }

  @Test
  void twoWritersDoNotTearEachOther() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      var written = new ArrayList<Future<?>>();
      for (int writer = 0; writer < 4; writer++) {
        int number = writer;
        written.add(
            threads.submit(() -> {
              JobEvents events = new JobFolder(folder).events();
              for (int i = 0; i < 250; i++) {
                events.append("step", Map.of("writer", number, "step", i));
              }
            }));
      }
      for (Future<?> one : written) {
        one.get();
      }
    }
    assertThat(new JobFolder(folder).events().after(0, 2000)).hasSize(1000);
  }
}
