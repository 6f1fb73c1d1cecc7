package io.braid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job is put together from a file and from what is typed. */
class JobRequestTest {
  @TempDir private Path folder;

  private static String of(String... settings) {
    return JobRequest.of(Optional.empty(), List.of(settings)).toString();
  }

  @Test
  void aValueIsJsonWhereItIsThatElseText() {
    assertThat(
            of(
                "epochs=20",
                "architecture=zorro",
                "standardize=false",
                "optimizer.learning_rate=3e-3",
                "network.channels=[3,2]",
                "optimizer.schedule=\"linear\""))
        .isEqualTo(
            """
            {"epochs":20,"architecture":"zorro","standardize":false,\
            "optimizer":{"learning_rate":0.003,"schedule":"linear"},"network":{"channels":[3,2]}}\
            """);
  }

  @Test
  void whatIsTypedChangesWhatTheFileSays() throws IOException {
    Path job = folder.resolve("job.yaml");
    Files.writeString(job, "epochs: 3\noptimizer: {learning_rate: 0.1, schedule: linear}\n");
    assertThat(JobRequest.of(Optional.of(job), List.of("optimizer.learning_rate=0.2")).toString())
        .isEqualTo("{\"epochs\":3,\"optimizer\":{\"learning_rate\":0.2,\"schedule\":\"linear\"}}");
  }

  @Test
  void aSettingWithoutAValueIsRefused() {
    assertThatThrownBy(() -> of("epochs")).hasMessageContaining("--set 'epochs'");
  }
}
