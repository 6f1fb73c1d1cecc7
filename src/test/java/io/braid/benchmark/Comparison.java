package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.ServiceProcess;
import io.braid.benchmark.ComparedData.Sweep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The paper's comparison on real data, through the API of the packaged jar: MCA, Zorro and EAO at
 * five modal sparsities, three seeds each; then what Braid adds to the published recipe, and what a
 * modality is worth. It may be stopped at any time, or stops by itself after so many minutes, and
 * goes on where it was when it is called again; what is known by then is written as {@link
 * ComparisonPage}.
 *
 * <p>Arguments: the jar, a folder that keeps what is trained, most minutes of training (measuring
 * what is new comes on top, some seconds a version), where the page and its pictures go, and {@code
 * paper} for the paper's networks, which want a GPU. The data sets are those of {@link RealData}.
 */
final class Comparison {
  private static final JsonMapper JSON = new JsonMapper();

  /** Two runs at once, a core each: that trains 1.7 times as much as one after the other. */
  private static final List<String> PROPERTIES = List.of("--braid.training.cpu-slots=2");

  private final JsonClient client;
  private final List<ComparedData> compared;
  private final Instant end;

  /** Ids of sweeps by name. */
  private final Map<String, String> sweeps = new LinkedHashMap<>();

  private Comparison(JsonClient client, List<ComparedData> compared, Instant end) {
    this.client = client;
    this.compared = compared;
    this.end = end;
  }

  public static void main(String[] arguments) throws Exception {
    if (RealData.isMissing()) {
      return;
    }
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    Instant end = Instant.now().plus(Duration.ofMinutes(Long.parseLong(arguments[2])));
    var server = ServiceProcess.start(folder, arguments[0], PROPERTIES);
    try {
      var client = new JsonClient(server.port());
      List<ComparedData> compared =
          arguments.length > 4 && arguments[4].equals("paper")
              ? ComparedData.paper()
              : ComparedData.small();
      var comparison = new Comparison(client, compared, end);
      comparison.train();
      var found = new ComparisonFindings(client, folder, comparison.sweeps);
      new ComparisonPage(Path.of(arguments[3])).write(compared, found);
    } finally {
      server.stop();
    }
  }

  /** Begins what is not begun, and waits for it as long as there is time. */
  private void train() throws Exception {
    var all = new ArrayList<Sweep>();
    // In this order they are trained.
    for (ComparedData one : compared) {
      upload(one.data());
      all.add(one.published());
    }
    for (ComparedData one : compared) {
      all.addAll(one.recipes());
      if (!one.withoutOne().isEmpty()) {
        all.add(one.trained());
      }
      for (ComparedData without : one.withoutOne().values()) {
        upload(without.data());
        all.add(without.trained());
      }
    }
    for (Sweep sweep : all) {
      begin(sweep);
      resume(sweep);
    }
    while (isAnyRunning() && Instant.now().isBefore(end)) {
      Thread.sleep(30_000);
    }
  }

  private void upload(RealData data) throws Exception {
    String path = "/v1/datasets/" + data.name();
    if (client.tryAnswer("GET", path, "", new byte[0]).statusCode() == 404) {
      data.upload(client, data.labels());
    }
  }

  /** The same key and body name the same sweep, whenever it was begun. */
  private void begin(Sweep sweep) throws Exception {
    byte[] answer =
        client
            .answer(
                "POST",
                "/v1/sweeps",
                "application/json",
                sweep.request().getBytes(UTF_8),
                "Idempotency-Key",
                sweep.name())
            .body();
    sweeps.put(sweep.name(), JSON.readTree(answer).path("id").asString());
  }

  /** Goes on with cells that someone has cancelled, to have others first. */
  private void resume(Sweep sweep) throws Exception {
    String report = "/v1/sweeps/%s/report?figure=5".formatted(sweeps.get(sweep.name()));
    for (JsonNode cell : client.get(report).path("cells")) {
      if (cell.path("state").asString().equals("cancelled")) {
        client.post("/v1/training-jobs/%s/resume".formatted(cell.path("job").asString()), "");
      }
    }
  }

  private boolean isAnyRunning() throws Exception {
    boolean isAny = false;
    var line = new StringBuilder();
    for (var sweep : sweeps.entrySet()) {
      JsonNode report = client.get("/v1/sweeps/" + sweep.getValue() + "/report");
      long known =
          report
              .path("cells")
              .valueStream()
              .filter(cell -> !cell.path("metrics").isEmpty())
              .count();
      line.append(" %s %d/%d".formatted(sweep.getKey(), known, report.path("cells").size()));
      isAny |= report.path("state").asString().equals("running");
    }
    System.out.println(Instant.now() + line.toString());
    return isAny;
  }
}
