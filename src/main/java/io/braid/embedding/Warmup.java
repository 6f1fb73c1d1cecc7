package io.braid.embedding;

import io.braid.device.Devices;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Runs a tiny forward of the demo model on every device: once before the service calls itself
 * ready, so that the first request finds it warm, and again whenever readiness is asked for.
 */
@Component("forward")
class Warmup extends AbstractHealthIndicator implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(Warmup.class);
  private static final String MODEL = "demo";

  private final ModelService models;
  private final Residents<Encoder> residents;
  private final Devices devices;
  private volatile @Nullable ModelVersion known;

  /** Those whose last forward failed. */
  private final Set<Device> lost = ConcurrentHashMap.newKeySet();

  Warmup(
      ModelService models,
      Residents<Encoder> residents,
      Devices devices,
      EmbeddingMetrics metrics) {
    this.models = models;
    this.residents = residents;
    this.devices = devices;
    devices.all().forEach(device -> metrics.watch(device, () -> lost.contains(device) ? 0 : 1));
  }

  @Override
  public void run(ApplicationArguments arguments) {
    for (Device device : devices.all()) {
      log.info("{} is warm: {}", device, forward(device));
    }
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    health.up();
    for (Device device : devices.all()) { // all of them, for each is watched
      try {
        health.withDetail(device.name(), forward(device));
      } catch (RuntimeException e) {
        health.down(e).withDetail(device.name(), "it does not compute");
      }
    }
  }

  /** What happened, in words; throws where the device cannot compute. */
  private String forward(Device device) {
    try {
      String happened = encode(device);
      lost.remove(device);
      return happened;
    } catch (RuntimeException | Error e) {
      lost.add(device);
      throw e;
    }
  }

  private String encode(Device device) {
    ModelVersion version = version();
    if (version == null) {
      return "no model '" + MODEL + "' to run";
    }
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

  /** Its default now; the last that was known where the database does not answer. */
  private @Nullable ModelVersion version() {
    try {
      known = models.exists(MODEL) ? models.resolve(MODEL, Optional.empty()) : null;
    } catch (DataAccessException e) {
      log.debug("the database does not answer", e);
    }
    return known;
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
