package io.braid.api;

import io.braid.encoder.Encoder;
import io.braid.model.ModelService;
import io.braid.model.Residents;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.springframework.boot.test.context.TestComponent;

/** Keeps a {@link SmallDevice} from computing, and knows what it computed and what waits for it. */
@TestComponent
class DeviceGate {
  private final Residents<Encoder> residents;
  private final ModelService models;
  private final MeterRegistry meters;

  DeviceGate(Residents<Encoder> residents, ModelService models, MeterRegistry meters) {
    this.residents = residents;
    this.models = models;
    this.meters = meters;
  }

  /**
   * While it is held nothing is computed: no other model has room on the device.
   *
   * @param large the model {@link ApiTest#large()}
   */
  Residents<Encoder>.Lease hold(String large) {
    return residents.lease(models.resolve(large, Optional.empty()));
  }

  /** Entries that wait, without those that the device has taken. */
  double waiting() {
    return meters.get("braid.queue.depth").gauge().value();
  }

  /** Requests that were let in, and are not answered. */
  double admitted() {
    return meters.get("braid.queue.requests").gauge().value();
  }

  double computedSamples() {
    return meters.get("braid.batch.samples").summary().totalAmount();
  }
}
