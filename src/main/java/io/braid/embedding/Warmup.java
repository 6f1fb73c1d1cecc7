package io.braid.embedding;

import io.braid.device.Devices;
import io.braid.embedding.DeviceChecks.Outcome;
import io.braid.encoder.Encoder;
import io.braid.encoder.Output;
import io.braid.modality.Features;
import io.braid.modality.FloatMatrix;
import io.braid.modality.IntVector;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.model.Residents;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.torch.Device;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Runs a tiny forward of the demo model on every device: once before the service calls itself
 * ready, so that the first request finds it warm, and again whenever readiness is asked for.
 */
@Component("forward")
class Warmup extends AbstractHealthIndicator implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(Warmup.class);
  private static final String MODEL = "demo";

  /** Longest wait for a device; shorter than a probe's own, so that it hears which one it is. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final ModelService models;
  private final Residents<Encoder> residents;
  private final Devices devices;
  private final DeviceChecks checks;

  Warmup(
      ModelService models,
      Residents<Encoder> residents,
      Devices devices,
      EmbeddingMetrics metrics) {
    this.models = models;
    this.residents = residents;
    this.devices = devices;
    this.checks = new DeviceChecks(devices.all(), this::forward, LIMIT);
    devices.all().forEach(device -> metrics.watch(device, () -> checks.isUp(device) ? 1 : 0));
  }

  @Override
  public void run(ApplicationArguments arguments) {
    for (Device device : devices.all()) {
      log.info("{} is warm: {}", device, checks.first(device));
    }
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    health.up();
    checks
        .all()
        .forEach((device, outcome) -> {
          switch (outcome) {
            case Outcome.Computed(String how) -> health.withDetail(device.name(), how);
            case Outcome.Failed(Throwable why) ->
                health.down(why).withDetail(device.name(), "it does not compute");
            case Outcome.Overdue(Duration limit) ->
                health
                    .down()
                    .withDetail(device.name(), "no answer in %d s".formatted(limit.toSeconds()));
          }
        });
  }

  /** What happened, in words; throws where the device cannot compute. */
  private String forward(Device device) {
    Optional<ModelVersion> version = version();
    return version.map(one -> encode(one, device)).orElse("no model '" + MODEL + "' to run");
  }

  /** From memory, once it was there: a database that is away says nothing of a device. */
  private Optional<ModelVersion> version() {
    try {
      return Optional.of(models.resolve(MODEL, Optional.empty()));
    } catch (BraidException e) {
      if (e.kind() != ProblemKind.NOT_FOUND) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private String encode(ModelVersion version, Device device) {
    long start = System.nanoTime();
    try (var lease = residents.lease(version, device)) {
      Sample sample = smallest(version.config().encoder().schema());
      int embeddings = lease.get().encode(List.of(sample), Set.copyOf(Output.named())).size();
      return embeddings + " sample in " + (System.nanoTime() - start) / 1000 + " us";
    } catch (BraidException e) {
      if (e.kind() != ProblemKind.BUSY) {
        throw e;
      }
      return "all memory is in use by other requests";
    }
  }

  /** A sample with one token of each modality. */
  private static Sample smallest(ModalitySchema schema) {
    Map<String, Features> features = new LinkedHashMap<>();
    for (Modality modality : schema.modalities()) {
      IntVector first = IntVector.of(0);
      features.put(
          modality.name(),
          switch (modality) {
            case Modality.Tabular _, Modality.SparseTabular _ ->
                new Features.Cells(first, FloatMatrix.of(1, 1, 0f));
            case Modality.Sequence sequence ->
                new Features.Steps(
                    FloatMatrix.of(1, sequence.features(), new float[sequence.features()]));
            case Modality.Tokens _ -> new Features.TokenIds(IntVector.of(1), first);
            case Modality.Patches patches ->
                new Features.Patches(
                    first, FloatMatrix.of(1, patches.cells(), new float[patches.cells()]));
          });
    }
    return new Sample(Optional.empty(), features, List.of());
  }
}
