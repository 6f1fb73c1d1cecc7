package io.braid.benchmark;

import io.braid.BraidApplication;
import io.braid.config.BraidProperties;
import io.braid.encoder.Architecture;
import io.braid.encoder.Encoder;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Precision;
import io.braid.modality.BodyReader;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.modality.SampleReader;
import io.braid.model.ModelService;
import io.braid.model.Residents;
import io.braid.plain.RandomWeights;
import io.braid.problem.Fault;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * What HTTP costs: the demo model's samples a second over 16 connections, against the encoder
 * called directly on batches of the same samples and size, in turn in one process; and the time to
 * read one large sample as JSON, as tensor objects and as CBOR.
 */
final class HttpBenchmark {
  private static final int CONNECTIONS = 16;
  private static final double SPARSITY = 0.3;
  private static final long SECONDS = 8;
  private static final int ROUNDS = 3;

  private HttpBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("braid-benchmark");
    try (var context =
        SpringApplication.run(
            BraidApplication.class,
            "--server.port=0",
            "--braid.data-dir=" + folder,
            "--braid.demo-items=0")) {
      int port =
          Objects.requireNonNull(((ServletWebServerApplicationContext) context).getWebServer())
              .getPort();
      var version = context.getBean(ModelService.class).resolve("demo", Optional.empty());
      @SuppressWarnings("unchecked")
      Residents<Encoder> residents = context.getBean(Residents.class);
      var registry = context.getBean(MeterRegistry.class);
      System.out.println(
          "| samples a request | HTTP samples/s | engine samples/s | HTTP / engine | samples a"
              + " batch | median queue wait, ms |\n"
              + "|---|---|---|---|---|---|");
      for (int size : new int[] {1, 8, 32}) {
        try (var lease = residents.lease(version, Device.CPU)) {
          compare(size, port, lease.get(), registry);
        }
      }
      unsaturated(port, version.config().encoder().schema());
      reading(context.getBean(BraidProperties.class), folder);
    }
  }

  private static void compare(int size, int port, Encoder encoder, MeterRegistry registry)
      throws Exception {
    var requests = new RandomRequests(encoder.config().schema(), 1);
    var samples = new ArrayList<List<Sample>>();
    var bodies = new ArrayList<byte[]>();
    for (int i = 0; i < 64; i++) {
      samples.add(requests.draw(size, SPARSITY));
      bodies.add(
          RawClient.post(
              "/v1/models/demo/embed", "application/json", requests.json(samples.getLast())));
    }
    var http = new double[ROUNDS];
    var engine = new double[ROUNDS];
    var waits = new ArrayList<Double>();
    load(port, bodies, CONNECTIONS, SECONDS, waits); // warm-up
    waits.clear();
    double perBatch = 0;
    for (int round = 0; round < ROUNDS; round++) {
      var batches = registry.summary("braid.batch.samples");
      double count = batches.count();
      double total = batches.totalAmount();
      http[round] = size * load(port, bodies, CONNECTIONS, SECONDS, waits);
      perBatch = (batches.totalAmount() - total) / (batches.count() - count);
      engine[round] = engine(encoder, samples, Math.max(1, (int) Math.round(perBatch / size)));
    }
    double[] ratios = new double[ROUNDS];
    Arrays.setAll(ratios, i -> http[i] / engine[i]);
    System.out.printf(
        "| %d | %.0f | %.0f | %.2f (%.2f to %.2f) | %.1f | %.2f |%n",
        size,
        Median.of(http),
        Median.of(engine),
        Median.of(ratios),
        Arrays.stream(ratios).min().orElseThrow(),
        Arrays.stream(ratios).max().orElseThrow(),
        perBatch,
        Median.of(waits));
  }

  /** Samples a second of the encoder alone, on batches of as many requests as the queue made. */
  private static double engine(Encoder encoder, List<List<Sample>> requests, int perBatch) {
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    long start = System.nanoTime();
    long done = 0;
    for (int next = 0; System.nanoTime() < end; next += perBatch) {
      var batch = new ArrayList<Sample>();
      for (int i = 0; i < perBatch; i++) {
        batch.addAll(requests.get((next + i) % requests.size()));
      }
      done += encoder.encode(batch, Set.of(Output.FUSION)).size();
    }
    return done / ((System.nanoTime() - start) / 1e9);
  }

  /** Requests a second. */
  private static double load(
      int port, List<byte[]> bodies, int connections, long seconds, List<Double> waits)
      throws Exception {
    var done = new AtomicLong();
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    var tasks = new ArrayList<Callable<List<Double>>>();
    for (int c = 0; c < connections; c++) {
      int first = c;
      tasks.add(() -> {
        var seen = new ArrayList<Double>();
        try (var client = new RawClient(port)) {
          for (int i = first; System.nanoTime() < end; i++) {
            seen.add(queueMillis(client.sendValid(bodies.get(i % bodies.size()))));
            done.incrementAndGet();
          }
        }
        return seen;
      });
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(connections)) {
      for (Future<List<Double>> task : pool.invokeAll(tasks)) {
        waits.addAll(task.get());
      }
    }
    return done.get() / ((System.nanoTime() - start) / 1e9);
  }

  private static double queueMillis(String head) {
    String queue = head.split("queue;dur=")[1];
    return Double.parseDouble(queue.substring(0, queue.indexOf(',')));
  }

  /** Two connections leave the device idle part of the time: what does a request wait then? */
  private static void unsaturated(int port, ModalitySchema schema) throws Exception {
    var requests = new RandomRequests(schema, 2);
    var bodies = new ArrayList<byte[]>();
    for (int i = 0; i < 64; i++) {
      byte[] body = requests.json(requests.draw(1, SPARSITY));
      bodies.add(RawClient.post("/v1/models/demo/embed", "application/json", body));
    }
    var waits = new ArrayList<Double>();
    double rate = load(port, bodies, 2, SECONDS, waits);
    System.out.printf(
        "%nBelow saturation, 2 connections, 1 sample a request: %.0f requests/s, median queue wait"
            + " %.2f ms%n",
        rate, Median.of(waits));
  }

  /** One complete CMU-MOSEI sample of 462 600 numbers: to read it, and to embed it. */
  private static void reading(BraidProperties properties, Path folder) {
    var schema =
        new ModalitySchema(
            List.of(
                new Modality.Sequence("COVAREP", 74, 1500),
                new Modality.Sequence("FACET", 35, 450),
                new Modality.Sequence("OpenFace", 713, 450),
                new Modality.Sequence("glove_vectors", 300, 50)));
    var requests = new RandomRequests(schema, 3);
    List<Sample> sample = List.of(requests.complete());
    var config =
        new EncoderConfig(Architecture.MCA, 512, 5, 8, 64, 4, 88, List.of(4, 3, 2), schema);
    var times = new double[5];
    try (Safetensors file = RandomWeights.write(config, 1, folder.resolve("mosei"));
        Encoder encoder = Encoder.load(config, file, Device.CPU, Precision.FP32)) {
      for (int i = 0; i < times.length; i++) {
        long start = System.nanoTime();
        int embeddings = encoder.encode(sample, Set.of(Output.FUSION)).size();
        times[i] = (System.nanoTime() - start) / 1e6 / embeddings;
      }
    }
    System.out.printf(
        "%n| one CMU-MOSEI sample as | MB | read in ms | of its %.0f ms of compute"
            + " |%n|---|---|---|---|%n",
        Median.of(times));
    for (boolean asTensors : new boolean[] {false, true}) {
      String what = asTensors ? "tensor objects" : "arrays";
      for (ObjectMapper mapper : List.of(new JsonMapper(), new CBORMapper())) {
        String type = mapper instanceof JsonMapper ? "json" : "cbor";
        byte[] body = requests.write(sample, mapper, asTensors);
        double millis = read("application/" + type, body, schema, properties);
        System.out.printf(
            "| %s, %s | %.1f | %.1f | %.3f |%n",
            type, what, body.length / 1e6, millis, millis / Median.of(times));
      }
    }
  }

  private static double read(
      String type, byte[] body, ModalitySchema schema, BraidProperties properties) {
    var reader = new BodyReader(properties);
    var samples = new SampleReader(schema);
    var times = new double[30];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      Optional<Sample> read =
          reader.read(new ByteArrayInputStream(body), type, parser -> sample(parser, samples));
      if (read.isEmpty()) {
        throw new IllegalStateException("the sample was not read");
      }
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    return Median.of(times);
  }

  /** The sample of {@code {"samples": [...]}}. */
  private static Optional<Sample> sample(JsonParser parser, SampleReader samples) {
    parser.nextToken();
    parser.nextToken();
    parser.nextToken();
    Optional<Sample> read = samples.read(parser, "/samples/0", new ArrayList<Fault>());
    parser.nextToken();
    parser.nextToken();
    return read;
  }
}
