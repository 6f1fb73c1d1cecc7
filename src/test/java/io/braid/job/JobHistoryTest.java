package io.braid.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.training.JobEvents;
import io.braid.training.JobFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class JobHistoryTest {
  @TempDir private Path folder;

  private JobEvents events = new JobFolder(Path.of("target")).events();

  @BeforeEach
  void open() {
    events = new JobFolder(folder).events();
  }

  private void steps(int from, int to, double loss) {
    for (int step = from; step <= to; step++) {
      events.append("step", Map.of("step", step, "epoch", 1 + (step - 1) / 2, "loss", loss));
      if (step % 2 == 0) {
        events.append("epoch", Map.of("epoch", step / 2, "step", step, "test_loss", loss));
      }
    }
  }

  private JsonNode json() {
    var out = new ByteArrayOutputStream();
    new JobHistory(events).write(out, JobRepository.JSON);
    return JobRepository.JSON.readTree(out.toByteArray());
  }

  private List<String> csv() throws IOException {
    var out = new ByteArrayOutputStream();
    new JobHistory(events).writeCsv(out);
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void ofNothing() throws IOException {
    assertThat(json().toString()).isEqualTo("{\"steps\":[],\"epochs\":[]}");
    assertThat(csv()).hasSize(1);
  }

  @Test
  void whatWasTakenAgainCountsOnce() throws IOException {
    steps(1, 5, 1.5);
    steps(3, 4, 2.5); // from the checkpoint of step 2 on, and not as far as before
    assertThat(json().path("steps").valueStream().map(s -> s.path("step").asInt()))
        .containsExactly(1, 2, 3, 4);
    assertThat(json().path("steps").valueStream().map(s -> s.path("loss").asDouble()))
        .containsExactly(1.5, 1.5, 2.5, 2.5);
    assertThat(json().path("epochs").valueStream().map(e -> e.path("test_loss").asDouble()))
        .containsExactly(1.5, 2.5);
    assertThat(csv())
        .containsExactly(
            "step,epoch,loss,learning_rate,grad_norm,train_loss,test_loss,uniformity,alignment,"
                + "median_rank,recall@1,recall@5,recall@10",
            "1,1,1.5,,,,,,,,,,",
            "2,1,1.5,,,,1.5,,,,,,",
            "3,2,2.5,,,,,,,,,,",
            "4,2,2.5,,,,2.5,,,,,,");
  }

  @Test
  void ofMoreThanIsReadAtOnce() throws IOException {
    steps(1, 2500, 0.5);
    assertThat(json().path("steps")).hasSize(2500);
    assertThat(json().path("epochs")).hasSize(1250);
    assertThat(csv()).hasSize(2501);
  }
}
