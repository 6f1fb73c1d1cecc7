package io.braid.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.braid.kubernetes.ApiServerDouble;
import io.braid.kubernetes.Manifest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart with its defaults, and with each example. Every manifest is read as its type. */
class HelmChartTest {
  private static final String[] DATABASE = {
    "database.url=jdbc:postgresql://db/braid", "database.secret=braid-database"
  };

  static List<Optional<Path>> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("helm/examples"))) {
      return Stream.concat(Stream.of(Optional.<Path>empty()), files.sorted().map(Optional::of))
          .toList();
    }
  }

  private static Chart plain(String... values) {
    return Chart.render(Optional.empty(), values);
  }

  private static Chart example(String name) {
    return Chart.render(Optional.of(Path.of("helm/examples", name)));
  }

  private static String[] with(String[] values, String... more) {
    return Stream.of(values, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private static PodSpec pod(Chart chart) {
    return chart.only(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static Container container(Chart chart) {
    return pod(chart).getContainers().getFirst();
  }

  private static Map<String, Optional<String>> environment(Chart chart) {
    return container(chart).getEnv().stream()
        .collect(Collectors.toMap(EnvVar::getName, env -> Optional.ofNullable(env.getValue())));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void itIsLinted(Optional<Path> example, @TempDir Path folder) {
    var result = new Helm(Chart.copy(folder, example)).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyManifestIsOneOfKubernetes(Optional<Path> example) {
    Chart chart = Chart.render(example);
    assertThat(chart.manifests()).hasSizeGreaterThanOrEqualTo(7);
    assertThat(chart.manifests().stream().map(m -> m.getKind() + m.getMetadata().getName()))
        .doesNotHaveDuplicates();
    assertThat(chart.manifests())
        .allSatisfy(manifest ->
            assertThat(manifest.getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/name", "braid"));
  }

  @Test
  void aMisspeltFieldWouldBeSeen() {
    String manifest =
        "{apiVersion: v1, kind: Service, spec: {ports: [{port: 1, targetPrt: http}]}}";
    assertThatThrownBy(() -> Manifest.typed(Yaml.documents(manifest).getFirst()))
        .hasMessageContaining("targetPrt");
  }

  @Test
  void thePodHasNoRightsAndAReadOnlyRoot() {
    Chart chart = plain();
    PodSpec pod = pod(chart);
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    var context = container(chart).getSecurityContext();
    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container(chart).getVolumeMounts().stream().filter(m -> m.getReadOnly() == null))
        .extracting("mountPath")
        .containsExactlyInAnyOrder("/data", "/tmp");
  }

  @Test
  void probesAskTheManagementPort() {
    Container container = container(plain());
    assertThat(
            Stream.of(
                    container.getStartupProbe(),
                    container.getReadinessProbe(),
                    container.getLivenessProbe())
                .map(Probe::getHttpGet)
                .map(HTTPGetAction::getPath))
        .containsExactly(ProbesTest.READINESS, ProbesTest.READINESS, ProbesTest.LIVENESS);
    assertThat(container.getLivenessProbe().getHttpGet().getPort().getStrVal())
        .isEqualTo("management");
    assertThat(environment(plain())).containsEntry("MANAGEMENT_SERVER_PORT", Optional.of("8081"));
  }

  @Test
  void aPodAnswersUntilNobodySendsItAnythingNew() {
    Chart chart = plain("drainSeconds=7", "stopSeconds=40");
    assertThat(container(chart).getLifecycle().getPreStop().getExec().getCommand())
        .containsExactly("sleep", "7");
    assertThat(pod(chart).getTerminationGracePeriodSeconds()).isEqualTo(47);
    assertThat(environment(chart))
        .containsEntry("SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE", Optional.of("30s"));
    assertThat(plain().only(PodDisruptionBudget.class).getSpec().getMaxUnavailable().getIntVal())
        .isEqualTo(1);
  }

  @Test
  void withSqliteThereIsOnePodAtATime() {
    var spec = plain().only(Deployment.class).getSpec();
    assertThat(spec.getReplicas()).isEqualTo(1);
    assertThat(spec.getStrategy().getType()).isEqualTo("Recreate");
    assertThatThrownBy(() -> plain("replicas=2")).hasMessageContaining("need a PostgreSQL");
    assertThatThrownBy(() -> plain("autoscaling.enabled=true"))
        .hasMessageContaining("need a PostgreSQL");
  }

  @Test
  void aDatabaseIsReachedWithASecret() {
    Chart chart = plain(DATABASE);
    assertThat(chart.only(Deployment.class).getSpec().getStrategy().getType())
        .as("the volume is held by one pod")
        .isEqualTo("Recreate");
    EnvVar password =
        container(chart).getEnv().stream()
            .filter(env -> env.getName().equals("SPRING_DATASOURCE_PASSWORD"))
            .findFirst()
            .orElseThrow();
    assertThat(password.getValueFrom().getSecretKeyRef().getName()).isEqualTo("braid-database");
    assertThatThrownBy(() -> plain("database.url=jdbc:postgresql://db/braid"))
        .hasMessageContaining("database.secret");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db/braid, 5432",
    "jdbc:postgresql://db:5432/braid?user=x:6/y, 5432",
    "jdbc:postgresql://db:6432/braid, 6432",
    "jdbc:postgresql://[fd00::12]:6432/braid, 6432",
    "'jdbc:postgresql://one:6432\\,other:6432/braid', 6432"
  })
  void thePolicyOpensThePortOfTheDatabase(String url, String port) {
    Chart chart =
        plain("database.secret=braid-database", "database.url=" + url, "database.port=" + port);
    assertThat(chart.only(NetworkPolicy.class).toString()).contains("value=" + port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db:6432/braid",
        "jdbc:postgresql://db:6432",
        "jdbc:postgresql://[fd00::12]:6432/braid",
        "jdbc:postgresql://one:5432\\,other:6432/braid",
        "jdbc:postgresql://db:6432?user=x"
      })
  void aPortThatThePolicyDoesNotOpenIsRefused(String url) {
    assertThatThrownBy(() -> plain("database.secret=braid-database", "database.url=" + url))
        .hasMessageContaining("database.port")
        .hasMessageContaining("6432")
        .hasMessageContaining("5432");
  }

  @Test
  void severalPodsNeedAVolumeOfAllOfThem() {
    assertThatThrownBy(() -> plain(with(DATABASE, "replicas=2")))
        .hasMessageContaining("ReadWriteMany");
    String[] many = with(DATABASE, "persistence.accessMode=ReadWriteMany");
    Chart two = plain(with(many, "replicas=2"));
    assertThat(two.only(Deployment.class).getSpec().getReplicas()).isEqualTo(2);
    var update = two.only(Deployment.class).getSpec().getStrategy().getRollingUpdate();
    assertThat(update.getMaxUnavailable().getIntVal()).isZero();
    assertThat(environment(two)).containsEntry("BRAID_SHARED", Optional.of("true"));
    assertThat(environment(plain(DATABASE))).doesNotContainKey("BRAID_SHARED");

    Chart scaled =
        plain(with(many, "autoscaling.enabled=true", "autoscaling.queuedTokens=2000000"));
    assertThat(scaled.only(Deployment.class).getSpec().getReplicas()).isNull();
    var metric =
        scaled.only(HorizontalPodAutoscaler.class).getSpec().getMetrics().getFirst().getPods();
    assertThat(metric.getMetric().getName()).isEqualTo("braid_queue_tokens");
    assertThat(metric.getTarget().getAverageValue().getNumericalAmount().intValue())
        .isEqualTo(2_000_000);
  }

  @Test
  void gpusAreAskedForAndTheirImageIsTaken() {
    Chart chart = example("eight-gpus.yaml");
    assertThat(container(chart).getResources().getLimits())
        .containsEntry("nvidia.com/gpu", new Quantity("8"));
    assertThat(container(chart).getImage()).endsWith("-cuda");
    assertThat(pod(chart).getNodeSelector()).isNotEmpty();
    assertThat(pod(chart).getTolerations()).isNotEmpty();
    assertThat(container(example("cpu.yaml")).getImage()).endsWith("-cpu");
  }

  private static final String[] JOBS = {
    "training.kubernetes.enabled=true",
    "persistence.accessMode=ReadWriteMany",
    "database.url=jdbc:postgresql://postgres:5432/braid",
    "database.secret=braid-database"
  };

  private static Job worker(Chart chart) {
    String template =
        chart.all(ConfigMap.class).stream()
            .map(map -> map.getData().get("job.yaml"))
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow();
    return (Job) Manifest.typed(Yaml.documents(template).getFirst());
  }

  @ParameterizedTest
  @CsvSource({
    "jobs-cpu.yaml, 4, , cpu",
    "jobs-one-gpu.yaml, 4, 24GB, cuda",
    "jobs-eight-gpus.yaml, 16, 80GB, cuda"
  })
  void runsCanBeJobs(String example, String slots, String memory, String image) {
    Chart chart = example(example);
    assertThat(environment(chart))
        .containsEntry("BRAID_KUBERNETES_WORKERTEMPLATE", Optional.of("/etc/braid-worker/job.yaml"))
        .containsEntry("BRAID_KUBERNETES_SLOTS", Optional.of(slots));
    assertThat(environment(chart).get("BRAID_KUBERNETES_GPUMEMORY"))
        .isEqualTo(memory == null ? null : Optional.of(memory));
    var pod = worker(chart).getSpec().getTemplate().getSpec();
    assertThat(pod.getContainers().getFirst().getImage()).endsWith("-" + image);
    assertThat(pod.getVolumes().getFirst())
        .as("the volume that the service has, where the service has it")
        .isEqualTo(pod(chart).getVolumes().getFirst());
    assertThat(pod.getContainers().getFirst().getVolumeMounts().getFirst())
        .isEqualTo(container(chart).getVolumeMounts().getFirst());
    assertThat(pod.getSecurityContext()).isEqualTo(pod(chart).getSecurityContext());
    assertThat(pod.getContainers().getFirst().getSecurityContext())
        .isEqualTo(container(chart).getSecurityContext());
  }

  @Test
  void kueueIsAskedWhereAQueueIsNamed() {
    Job queued = worker(example("jobs-eight-gpus.yaml"));
    assertThat(queued.getMetadata().getLabels())
        .containsEntry("kueue.x-k8s.io/queue-name", "training");
    assertThat(queued.getSpec().getSuspend()).isTrue();
    assertThat(worker(example("jobs-cpu.yaml")).getSpec().getSuspend()).isNull();
  }

  @Test
  void theServiceMayDoWhatItAsksOfTheApiServerAndNoMore() {
    Chart chart = plain(JOBS);
    assertThat(pod(chart).getAutomountServiceAccountToken()).isTrue();
    assertThat(
            chart.only(Role.class).getRules().stream()
                .flatMap(rule ->
                    rule.getVerbs().stream()
                        .map(verb -> verb + " " + String.join(",", rule.getResources()))))
        .containsExactlyInAnyOrderElementsOf(ApiServerDouble.RIGHTS);
    assertThat(chart.only(RoleBinding.class).getSubjects().getFirst().getName())
        .isEqualTo(chart.only(ServiceAccount.class).getMetadata().getName())
        .isEqualTo(pod(chart).getServiceAccountName());
    assertThat(plain().all(Role.class)).isEmpty();
  }

  @Test
  void workersSpeakToNobodyAndAreNotServedFrom() {
    Chart chart = plain(JOBS);
    var policies = chart.all(NetworkPolicy.class);
    assertThat(policies).hasSize(2);
    var labels = worker(chart).getSpec().getTemplate().getMetadata().getLabels();
    var ofWorkers =
        policies.stream()
            .filter(policy -> selects(policy.getSpec().getPodSelector(), labels))
            .toList();
    assertThat(ofWorkers).hasSize(1);
    assertThat(ofWorkers.getFirst().getSpec().getPolicyTypes())
        .containsExactly("Ingress", "Egress");
    assertThat(ofWorkers.getFirst().getSpec().getIngress()).isEmpty();
    assertThat(ofWorkers.getFirst().getSpec().getEgress()).isEmpty();
    assertThat(chart.all(Service.class))
        .noneMatch(
            service -> labels.entrySet().containsAll(service.getSpec().getSelector().entrySet()));
    assertThat(selects(chart.only(Deployment.class).getSpec().getSelector(), labels)).isFalse();
    assertThat(chart.manifests().toString()).contains("6443");
    assertThat(plain().manifests().toString()).doesNotContain("6443");
  }

  private static boolean selects(LabelSelector selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
  }

  @Test
  void jobsNeedAVolumeOfAllNodes() {
    assertThatThrownBy(() -> plain("training.kubernetes.enabled=true"))
        .hasMessageContaining("ReadWriteMany");
  }

  @Test
  void aChangedTemplateIsTakenUp() {
    assertThat(annotations(plain(JOBS)))
        .isNotEqualTo(annotations(plain(with(JOBS, "training.kubernetes.tmpSize=3Gi"))));
    assertThat(annotations(plain())).isEmpty();
  }

  private static Map<String, String> annotations(Chart chart) {
    return chart.only(Deployment.class).getSpec().getTemplate().getMetadata().getAnnotations();
  }

  @Test
  void secretsAreNamedAndNeverHeld() {
    Chart chart = plain("keysSecret=lab-keys", "tlsSecret=lab-tls");
    assertThat(chart.manifests().stream().map(HasMetadata::getKind)).doesNotContain("Secret");
    assertThat(
            pod(chart).getVolumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .map(volume -> volume.getSecret().getSecretName()))
        .containsExactly("lab-keys", "lab-tls");
    assertThat(environment(chart))
        .containsEntry("BRAID_KEYS", Optional.of("/etc/braid/keys.yaml"))
        .containsEntry("SERVER_SSL_BUNDLE", Optional.of("braid"))
        .containsEntry("MANAGEMENT_SERVER_SSL_ENABLED", Optional.of("false"));
  }

  @Test
  void onlyTheMonitoringNamespaceReachesTheManagementPort() {
    Chart chart = plain(DATABASE);
    var spec = chart.only(NetworkPolicy.class).getSpec();
    assertThat(spec.getPolicyTypes()).containsExactly("Ingress", "Egress");
    var management = spec.getIngress().get(1);
    assertThat(management.getPorts().getFirst().getPort().getStrVal()).isEqualTo("management");
    assertThat(management.getFrom().getFirst().getNamespaceSelector().getMatchLabels())
        .containsValue("monitoring");
    assertThat(
            spec.getEgress().stream()
                .flatMap(rule -> rule.getPorts().stream())
                .map(port -> port.getPort().getIntVal()))
        .containsExactly(53, 53, 5432);
    assertThat(chart.all(Service.class))
        .filteredOn(service -> !"None".equals(service.getSpec().getClusterIP()))
        .flatExtracting(service -> service.getSpec().getPorts())
        .extracting(port -> ((ServicePort) port).getName())
        .containsExactly("http");
  }

  @Test
  void theMonitorFindsTheManagementService() {
    Chart chart = example("one-gpu.yaml");
    ServiceMonitor monitor = chart.only(ServiceMonitor.class);
    var wanted = monitor.getSpec().getSelector().getMatchLabels().entrySet();
    assertThat(chart.all(Service.class))
        .filteredOn(service -> service.getMetadata().getLabels().entrySet().containsAll(wanted))
        .singleElement()
        .satisfies(service ->
            assertThat(service.getSpec().getPorts().getFirst().getName())
                .isEqualTo(monitor.getSpec().getEndpoints().getFirst().getPort()));
    assertThat(chart.only(PrometheusRule.class).getSpec().getGroups().getFirst().getRules())
        .hasSize(6);
    assertThat(chart.only(ConfigMap.class).getData().get("braid.json"))
        .contains("braid_queue_tokens");
    assertThat(chart.only(Ingress.class).getSpec().getTls()).isNotEmpty();
  }

  @Test
  void theClaimOutlivesTheRelease() {
    assertThat(plain().only(PersistentVolumeClaim.class).getMetadata().getAnnotations())
        .containsEntry("helm.sh/resource-policy", "keep");
    assertThat(plain("persistence.existingClaim=mine").all(PersistentVolumeClaim.class)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replica=1",
        "persistence.sise=1Gi",
        "training.kubernetes.gpuMemory=80Gi",
        "training.kubernetes.queues=a",
        "gpus=many",
        "env.braid=1",
        "service.type=ExternalName",
        "database.url=jdbc:mysql://db/braid"
      })
  void unknownValuesAreRefused(String value) {
    String key = value.substring(value.lastIndexOf('.', value.indexOf('=')) + 1);
    assertThatThrownBy(() -> plain(value))
        .hasMessageContaining("schema")
        .hasMessageContaining(key.substring(0, key.indexOf('=')));
  }
}
