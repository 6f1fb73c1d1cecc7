package io.braid.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.config.SettingException;
import io.braid.kubernetes.Manifest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** The Jobs that are made of what the chart renders. */
class JobTemplateTest {
  private static final DataSize UNKNOWN = DataSize.ofBytes(0);
  private static final DataSize HEAP = DataSize.ofGigabytes(2);

  @TempDir private Path folder;

  private JobTemplate template(String text) throws IOException {
    return JobTemplate.read(Files.writeString(folder.resolve("job.yaml"), text));
  }

  private Job job(String example, int slots) throws IOException {
    var template = template(Cluster.template(example));
    return (Job)
        Manifest.typed(
            template.manifest(
                "job-k3m9x2p7qa",
                2,
                slots,
                List.of("java", "Worker"),
                Path.of("/data/jobs/job-k3m9x2p7qa"),
                Path.of("/data/jobs/job-k3m9x2p7qa/log.txt")));
  }

  private static Container container(Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  private static Map<String, String> limits(Job job) {
    return container(job).getResources().getLimits().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "jobs-cpu.yaml, 1, 8, 16Gi, , cpu",
    "jobs-cpu.yaml, 3, 24, 48Gi, , cpu",
    "jobs-one-gpu.yaml, 1, 8, 32Gi, 1, cuda",
    "jobs-eight-gpus.yaml, 8, 64, 512Gi, 8, cuda"
  })
  void aJobAsksForItsSlots(
      String example, int slots, String cpu, String memory, String gpus, String image)
      throws IOException {
    Job job = job(example, slots);
    assertThat(container(job).getResources().getRequests().get("cpu")).hasToString(cpu);
    assertThat(limits(job)).containsEntry("memory", memory);
    assertThat(limits(job).get("nvidia.com/gpu")).isEqualTo(gpus);
    assertThat(container(job).getImage()).endsWith("-" + image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs-cpu.yaml", "jobs-one-gpu.yaml", "jobs-eight-gpus.yaml"})
  void aJobIsTriedOnceByTheCluster(String example) throws IOException {
    Job job = job(example, 1);
    assertThat(job.getMetadata().getName()).isEqualTo("job-k3m9x2p7qa-2");
    assertThat(job.getSpec().getBackoffLimit()).isZero();
    assertThat(job.getSpec().getTtlSecondsAfterFinished()).isEqualTo(3600);
    assertThat(job.getSpec().getActiveDeadlineSeconds()).isNull();
    var rule = job.getSpec().getPodFailurePolicy().getRules().getFirst();
    assertThat(rule.getAction()).as("but for evictions").isEqualTo("Ignore");
    assertThat(rule.getOnPodConditions().getFirst().getType()).isEqualTo("DisruptionTarget");
    assertThat(job.getSpec().getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
  }

  @Test
  void itsPodsHaveNoRightsAndAreNotTheServices() throws IOException {
    var template = job("jobs-cpu.yaml", 1).getSpec().getTemplate();
    var spec = template.getSpec();
    assertThat(template.getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/name", "braid-worker")
        .containsEntry("app.kubernetes.io/instance", "trial")
        .containsEntry("braid.io/job", "job-k3m9x2p7qa")
        .containsEntry("braid.io/attempt", "2");
    assertThat(spec.getAutomountServiceAccountToken()).isFalse();
    assertThat(spec.getSecurityContext().getRunAsUser()).isEqualTo(10001);
    var security = spec.getContainers().getFirst().getSecurityContext();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
  }

  @Test
  void itStartsInItsFolderAndPrintsToItsLog() throws IOException {
    Container container = container(job("jobs-cpu.yaml", 1));
    assertThat(container.getWorkingDir()).isEqualTo("/data/jobs/job-k3m9x2p7qa");
    assertThat(container.getCommand())
        .containsExactly(
            "/bin/sh",
            "-c",
            "exec \"$@\" >> \"$0\" 2>&1",
            "/data/jobs/job-k3m9x2p7qa/log.txt",
            "java",
            "Worker");
  }

  @Test
  void itsMemoryIsThatOfThePodOrOfTheGpu() throws IOException {
    var cpu = template(Cluster.template("jobs-cpu.yaml"));
    assertThat(cpu.hasGpus()).isFalse();
    assertThat(cpu.threads()).isEqualTo(8);
    assertThat(cpu.memory(UNKNOWN, HEAP)).hasValue(14L << 30);
    var gpu = template(Cluster.template("jobs-one-gpu.yaml"));
    assertThat(gpu.hasGpus()).isTrue();
    assertThat(gpu.memory(UNKNOWN, HEAP)).isEmpty();
    assertThat(gpu.memory(DataSize.ofGigabytes(24), HEAP)).hasValue(24L << 30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: Pod | no Job",
        "{apiVersion: batch/v1, kind: Job} | instance",
        "{apiVersion: batch/v1, kind: Job, metadata: {labels: {app.kubernetes.io/instance: a}}} |"
            + " one container",
        "'[' | expected",
        "{apiVersion: batch/v1, kind: Job, metadata: {labels: {app.kubernetes.io/instance: a}},"
            + " spec: {template: {spec: {containers: [{resources: {limits: {cpu: many}}}]}}}} |"
            + " many"
      })
  void whatCannotBeUsedIsToldAtTheStart(String text, String why) {
    assertThatThrownBy(() -> template(text))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("braid.kubernetes.worker-template")
        .hasMessageContaining(why);
  }
}
