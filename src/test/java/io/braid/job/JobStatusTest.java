package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.job.WorkerLauncher.State;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is made of what controllers, scheduler and kubelet say. */
class JobStatusTest {
  private static final String ACTIVE = "{'spec': {}, 'status': {'active': 1}}";
  private static final String FAILED =
      "{'status': {'conditions': [{'type': 'Failed', 'status': 'True', 'reason':"
          + " 'BackoffLimitExceeded', 'message': 'Job has reached the specified backoff limit'}]}}";

  private static JsonNode json(String text) {
    return TestService.JSON.readTree(text.replace('\'', '"'));
  }

  private static State state(String job, String... pods) {
    return JobStatus.of(
        json(job), List.of(pods).stream().map(JobStatusTest::json).toList(), Optional.empty());
  }

  private static String pod(String created, String status) {
    return "{'metadata': {'creationTimestamp': '%s'}, 'status': %s}".formatted(created, status);
  }

  private static String container(String phase, String state) {
    return "{'phase': '%s', 'containerStatuses': [{'state': %s}]}".formatted(phase, state);
  }

  private static String waits(State state) {
    assertThat(state).isInstanceOf(State.Waiting.class);
    return ((State.Waiting) state).why();
  }

  private static String ended(State state) {
    assertThat(state).isInstanceOf(State.Ended.class);
    return ((State.Ended) state).how().orElseThrow();
  }

  @Test
  void aContainerThatRunsIsAWorker() {
    assertThat(state(ACTIVE, pod("1", container("Running", "{'running': {}}"))))
        .isInstanceOf(State.Running.class);
  }

  @Test
  void whatHasNoPlaceYetSaysWhy() {
    assertThat(waits(state(ACTIVE))).isEqualTo("its Job has no pod yet");
    assertThat(waits(state("{'spec': {'suspend': true}}"))).isEqualTo("its Job is suspended");
    assertThat(
            waits(
                state(
                    ACTIVE,
                    pod(
                        "1",
                        container("Pending", "{'waiting': {'reason': 'ContainerCreating'}}")))))
        .isEqualTo("its pod starts");
    assertThat(
            waits(
                state(
                    ACTIVE,
                    pod(
                        "1",
                        container(
                            "Pending",
                            "{'waiting': {'reason': 'CreateContainerConfigError', 'message': 'no"
                                + " secret'}}")))))
        .isEqualTo("its pod cannot start: CreateContainerConfigError: no secret");
  }

  @Test
  void thePodThatCameLastCounts() {
    String evicted =
        "{'phase': 'Failed', 'conditions': [{'type': 'DisruptionTarget', 'status': 'True',"
            + " 'reason': 'EvictionByEvictionAPI', 'message': 'drained'}]}";
    assertThat(waits(state(ACTIVE, pod("1", evicted))))
        .isEqualTo(
            "the cluster ended its pod: EvictionByEvictionAPI: drained; another pod comes in its"
                + " place");
    assertThat(state(ACTIVE, pod("1", evicted), pod("2", container("Running", "{'running': {}}"))))
        .isInstanceOf(State.Running.class);
  }

  @Test
  void anEndSaysHow() {
    assertThat(
            ended(
                state(FAILED, pod("1", container("Failed", "{'terminated': {'exitCode': 139}}")))))
        .isEqualTo("exit 139: native code crashed");
    assertThat(
            ended(
                state(
                    FAILED,
                    pod(
                        "1",
                        container(
                            "Failed",
                            "{'terminated': {'exitCode': 137, 'reason': 'OOMKilled'}}")))))
        .startsWith("exit 137: it took more memory than its pod may");
    assertThat(ended(state(FAILED, pod("1", "{'phase': 'Failed', 'reason': 'NodeLost'}"))))
        .isEqualTo("NodeLost");
    assertThat(ended(state(FAILED)))
        .isEqualTo("BackoffLimitExceeded: Job has reached the specified backoff limit");
  }

  /** A Job that is deleted stays until its pods have ended, and so does its worker. */
  @Test
  void whatIsDeletedRunsUntilItIsGone() {
    assertThat(state("{'metadata': {'deletionTimestamp': '1'}, 'spec': {'suspend': true}}"))
        .isInstanceOf(State.Running.class);
  }
}
