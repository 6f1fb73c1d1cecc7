package io.braid.model;

import io.braid.torch.Device;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Which versions are resident, and where: 1, or 0 for one that was and is not any more. */
@Component
class ModelMetrics {
  private final MeterRegistry registry;
  private final ObjectProvider<Residents<?>> residents;
  private final Set<List<Object>> shown = ConcurrentHashMap.newKeySet();

  ModelMetrics(MeterRegistry registry, ObjectProvider<Residents<?>> residents) {
    this.registry = registry;
    this.residents = residents;
  }

  void loaded(ModelVersion version, Device device) {
    if (!shown.add(List.of(version.model(), version.version(), device))) {
      return;
    }
    Gauge.builder(
            "braid.model.info",
            () -> residents.getObject().devicesOf(version).contains(device) ? 1 : 0)
        .description("Whether a model version is resident on a device")
        .tag("model", version.model())
        .tag("version", Integer.toString(version.version()))
        .tag("architecture", version.config().encoder().architecture().toString())
        .tag("device", device.name())
        .register(registry);
  }
}
