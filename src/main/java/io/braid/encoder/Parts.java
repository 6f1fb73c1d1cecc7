package io.braid.encoder;

import io.braid.torch.Device;
import io.braid.torch.Tensor;
import io.braid.torch.Tensors;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The parts of a batch, dealt out to devices in turn. */
final class Parts implements Iterable<TrainingPart>, AutoCloseable {
  private final List<TrainingPart> parts = new ArrayList<>();
  private final int numDevices;

  private Parts(int numDevices) {
    this.numDevices = numDevices;
  }

  static Parts pack(
      EncoderConfig config,
      Contrasts contrasts,
      boolean publishedNegatives,
      List<List<TrainingSample>> batch,
      List<Device> devices) {
    var parts = new Parts(devices.size());
    try {
      for (int p = 0; p < batch.size(); p++) {
        Device device = devices.get(p % devices.size());
        parts.parts.add(
            TrainingPart.pack(config, contrasts, publishedNegatives, batch.get(p), device));
      }
      return parts;
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  TrainingPart get(int part) {
    return parts.get(part);
  }

  int size() {
    return parts.size();
  }

  /** Number of the device that embeds a part. */
  int device(TrainingPart part) {
    return parts.indexOf(part) % numDevices;
  }

  /** Which samples of all parts have which of {@code places} embeddings: {@code [P, B]}. */
  Tensor has(int places, Tensors scope) {
    int samples = parts.stream().mapToInt(part -> part.slots().samples()).sum();
    var has = new byte[places * samples];
    for (int place = 0; place < places; place++) {
      int at = place * samples;
      for (TrainingPart part : parts) {
        for (int s = 0; s < part.slots().samples(); s++) {
          has[at++] = (byte) (part.slots().has(place, s) ? 1 : 0);
        }
      }
    }
    return scope.booleans(has, places, samples);
  }

  @Override
  public Iterator<TrainingPart> iterator() {
    return parts.iterator();
  }

  @Override
  public void close() {
    parts.forEach(TrainingPart::close);
  }
}
