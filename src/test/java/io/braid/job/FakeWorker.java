package io.braid.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.dataset.StoredDataset;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.InitialWeights;
import io.braid.model.ModelConfig;
import io.braid.store.DurableFiles;
import io.braid.torch.Safetensors;
import io.braid.training.JobFolder;
import io.braid.training.JobFolder.End;
import io.braid.training.JobFolder.Order;
import io.braid.training.JobFolder.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * A worker process that keeps to the protocol and learns nothing. What it is to do stands in the
 * folder {@code fake} beside that of the jobs, in a file named after the model: {@code steps},
 * {@code step-ms}, and for an attempt where it goes wrong and how, {@code attempt.1=halt@5}. Its
 * weights tell which steps were taken, each once and in order.
 */
public final class FakeWorker {
  private static final int EPOCH = 10;
  private static final int CHECKPOINT = 5;

  /** What every step changes, so that a step too many or too few shows. */
  private record State(long step, long trace) {
    State next() {
      return new State(step + 1, trace * 31 + step + 1);
    }
  }

  private final JobFolder folder;
  private final Order order;
  private final Properties script;
  private final String mishap;

  private FakeWorker(JobFolder folder, Order order, Properties script) {
    this.folder = folder;
    this.order = order;
    this.script = script;
    this.mishap = script.getProperty("attempt." + order.attempt(), "");
  }

  public static void main(String[] arguments) throws Exception {
    var folder = new JobFolder(Path.of(arguments[0]));
    int attempt = Integer.parseInt(arguments[1]);
    Optional<FileChannel> hold = folder.hold();
    for (int i = 0; i < 100 && hold.isEmpty(); i++) {
      Thread.sleep(20);
      hold = folder.hold();
    }
    if (hold.isEmpty()) {
      System.out.println("another process works at this job");
      return;
    }
    try (FileChannel _ = hold.get()) {
      Order order = folder.readOrder();
      if (order.attempt() != attempt) {
        System.out.println("attempt " + order.attempt() + " was ordered");
        return;
      }
      folder.writeWorker();
      folder.beat();
      System.out.println("attempt " + attempt + " at work");
      folder.writeOutcome(new FakeWorker(folder, order, script(folder, order)).run());
    }
  }

  private static Properties script(JobFolder folder, Order order) throws IOException {
    var script = new Properties();
    Path file = folder.path().resolve("../../fake").resolve(order.spec().model());
    if (Files.exists(file)) {
      try (var in = Files.newInputStream(file)) {
        script.load(in);
      }
    }
    return script;
  }

  private int number(String key, int otherwise) {
    return Integer.parseInt(script.getProperty(key, Integer.toString(otherwise)));
  }

  private boolean is(String what, State state) {
    return mishap.equals(what + "@" + state.step());
  }

  private Outcome run() throws IOException, InterruptedException {
    Files.createDirectories(folder.checkpoints());
    int steps = number("steps", 20);
    State state = latest();
    while (state.step() < steps) {
      if (folder.isCancelled() && !mishap.equals("deaf")) {
        checkpoint(state);
        return ended(End.CANCELLED, "");
      }
      mishap(state);
      if (is("nan", state)) {
        return ended(End.FAILED, "the loss is NaN at step " + state.step());
      }
      if (is("broken", state)) {
        return ended(End.BROKEN, "it broke at step " + state.step());
      }
      Thread.sleep(Duration.ofMillis(number("step-ms", 5)));
      state = state.next();
      step(state, steps);
    }
    Thread.sleep(Duration.ofMillis(number("finish-ms", 0)));
    return succeeded(state);
  }

  private void mishap(State state) throws IOException, InterruptedException {
    if (is("halt", state)) {
      System.out.println("about to die at step " + state.step());
      System.out.flush();
      Runtime.getRuntime().halt(137);
    }
    if (is("hang", state)) {
      Thread.sleep(Duration.ofHours(1));
    }
    if (is("torn", state)) {
      Files.writeString(folder.path().resolve("outcome.json"), "{\"attempt\": 1, \"en");
      Files.writeString(
          folder.path().resolve("events.ndjson"),
          "{\"event\": \"step\", \"at",
          java.nio.file.StandardOpenOption.APPEND);
      Runtime.getRuntime().halt(1);
    }
  }

  private void step(State state, int steps) throws IOException {
    int epoch = (int) ((state.step() - 1) / EPOCH) + 1;
    var data = new LinkedHashMap<String, Object>();
    data.put("step", state.step());
    data.put("epoch", epoch);
    data.put("loss", (state.trace() & 0xffff) / 1000.0);
    data.put("learning_rate", 0.001);
    data.put("grad_norm", 1.0);
    data.put("samples_per_second", 100.0);
    data.put("steps", steps);
    data.put("epochs", order.spec().epochs());
    data.put("attempt", order.attempt());
    folder.events().append("step", data);
    folder.beat();
    if (state.step() % EPOCH == 0) {
      folder
          .events()
          .append("epoch", Map.of("epoch", epoch, "step", state.step(), "test_loss", 1.0 / epoch));
    }
    if (state.step() % CHECKPOINT == 0) {
      checkpoint(state);
    }
  }

  private Path latestFile() {
    return folder.checkpoints().resolve("latest");
  }

  private State latest() throws IOException {
    if (!Files.exists(latestFile())) {
      return new State(0, 7);
    }
    String[] words = Files.readString(latestFile()).split(" ", -1);
    return new State(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  private void checkpoint(State state) {
    DurableFiles.write(latestFile(), (state.step() + " " + state.trace()).getBytes(UTF_8));
  }

  private Outcome ended(End end, String failure) {
    return new Outcome(
        order.attempt(),
        end,
        Optional.of(failure).filter(text -> !text.isEmpty()),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  private Outcome succeeded(State state) {
    try (var dataset = StoredDataset.open(Path.of(order.datasetFolder()))) {
      EncoderConfig config =
          order.spec().network().encoder(order.spec().architecture(), dataset.schema());
      Path weights = folder.checkpoints().resolve("best.safetensors");
      Safetensors.write(weights, InitialWeights.of(config, state.trace()));
      return new Outcome(
          order.attempt(),
          End.SUCCEEDED,
          Optional.empty(),
          Map.of("loss", Map.of("test", 0.25), "steps", state.step()),
          Optional.of(new ModelConfig(config, Optional.empty()).toJson()),
          Optional.of(weights.toString()));
    }
  }
}
