package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.device.Devices;
import io.braid.kubernetes.ApiServer;
import io.braid.torch.Device;
import io.braid.training.TrainingWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Workers as the settings want them: beside the service, or in a cluster. */
@Configuration(proxyBeanMethods = false)
class Launchers {
  @Bean
  WorkerLauncher workers(BraidProperties properties) {
    return of(properties, TrainingWorker.class);
  }

  @Bean
  Slots slots(BraidProperties properties, Devices devices) {
    return template(properties)
        .<Slots>map(template -> ofCluster(properties, template))
        .orElseGet(() -> own(properties.training(), devices.ofTraining()));
  }

  /**
   * @param main class of a worker
   */
  static WorkerLauncher of(BraidProperties properties, Class<?> main) {
    return template(properties)
        .<WorkerLauncher>map(template ->
            new KubernetesWorkers(
                new ApiServer(properties.kubernetes()), template, properties.training(), main))
        .orElseGet(() -> new LocalWorkers(properties, main));
  }

  private static Optional<JobTemplate> template(BraidProperties properties) {
    return Optional.ofNullable(properties.kubernetes().workerTemplate())
        .map(file -> JobTemplate.read(file.toPath()));
  }

  private static Slots own(BraidProperties.Training settings, List<Device> devices) {
    var slots = new ArrayList<Slot>();
    for (Device device : devices) {
      if (device.isCuda()) {
        slots.add(new Slot(device.name(), device));
      } else {
        for (int i = 0; i < settings.cpuSlots(); i++) {
          slots.add(new Slot("cpu-" + i, device));
        }
      }
    }
    int threads =
        settings.cpuThreads() > 0
            ? settings.cpuThreads()
            : Math.max(1, Runtime.getRuntime().availableProcessors() / settings.cpuSlots());
    return new Slots.Own(slots, threads);
  }

  static Slots ofCluster(BraidProperties properties, JobTemplate template) {
    BraidProperties.Kubernetes cluster = properties.kubernetes();
    BraidProperties.Training training = properties.training();
    List<Slot> slots =
        IntStream.range(0, cluster.slots())
            .mapToObj(i ->
                template.hasGpus()
                    ? new Slot("gpu-" + i, Device.cuda(i))
                    : new Slot("cpu-" + i, Device.CPU))
            .toList();
    int threads = training.cpuThreads() > 0 ? training.cpuThreads() : template.threads();
    return new Slots.OfCluster(
        slots, threads, template.memory(cluster.gpuMemory(), training.heap()));
  }
}
