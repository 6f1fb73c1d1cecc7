package io.braid.model;

import static java.util.stream.Collectors.toMap;

import io.braid.config.BraidProperties;
import io.braid.device.Devices;
import io.braid.encoder.Encoder;
import io.braid.encoder.Precision;
import io.braid.torch.Device;
import io.braid.torch.DeviceMemory;
import io.braid.torch.Safetensors;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Encoders on the devices that there are, within their memory. */
@Configuration(proxyBeanMethods = false)
class ResidentConfiguration {
  @Bean
  Residents<Encoder> residents(
      BraidProperties properties,
      Devices devices,
      WeightsStore weights,
      Precision defaultPrecision,
      ModelMetrics metrics) {
    long budget = properties.deviceMemory().toBytes();
    Map<Device, Long> budgets =
        devices.all().stream()
            .collect(
                toMap(
                    device -> device,
                    device -> budget > 0 ? budget : DeviceMemory.free(device) / 2,
                    (one, _) -> one,
                    LinkedHashMap::new));
    return new Residents<>(
        budgets,
        version ->
            version.parameters() * Float.BYTES, // at most: bf16 holds the layers in half of it
        Encoder::bytes,
        (version, device) -> {
          try (Safetensors file = Safetensors.open(weights.path(version.weightsSha256()))) {
            Encoder encoder =
                Encoder.load(
                    version.config().encoder(), file, device, version.precision(defaultPrecision));
            metrics.loaded(version, device);
            return encoder;
          } catch (UncheckedIOException e) {
            throw e.getCause() instanceof NoSuchFileException
                ? ModelService.unknown(version.model(), version.version())
                : e;
          }
        },
        properties.queue().maxWait());
  }
}
