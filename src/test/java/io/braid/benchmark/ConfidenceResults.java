package io.braid.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.ServiceProcess;
import io.braid.api.ZipParts;
import io.braid.calibration.Reliability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Whether confidences come true, and how hits are ranked by them, on real data, through the API of
 * the packaged jar: an encoder is trained by Braid's default at S = 0.4; samples are stored with
 * modalities dropped at the same rate; every subset of the modalities of each held-out sample asks
 * for it, but the one that is stored, which would find itself. The calibration is of other samples
 * than those that ask: it is fitted in a collection of its own and brought over in a snapshot.
 * Items that have just the modalities that ask are never the match then; they are counted by
 * themselves.
 *
 * <p>Arguments: the jar, and a folder for the pictures.
 */
final class ConfidenceResults {
  private static final double SPARSITY = 0.4;
  private static final int HITS = 10;

  /** Queries of a request. */
  private static final int AT_ONCE = 500;

  private final JsonClient client;
  private final RealData data;
  private final Path pictures;
  private final Map<String, Additions> told;

  /** Modalities of each sample, as they are sent. */
  private final Map<String, Map<String, String>> samples = new TreeMap<>();

  private final Map<String, String> splits = new LinkedHashMap<>();

  private ConfidenceResults(
      JsonClient client, RealData data, Path pictures, Map<String, Additions> told)
      throws Exception {
    this.told = told;
    this.client = client;
    this.data = data;
    this.pictures = pictures;
    for (String modality : data.modalities()) {
      data.rows(modality)
          .forEach((id, row) ->
              samples
                  .computeIfAbsent(id, _ -> new LinkedHashMap<>())
                  .put(modality, "[" + row.replaceAll("(?<=^|,)(?=,|$)", "null") + "]"));
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (RealData.isMissing()) {
      return;
    }
    Path pictures = Files.createDirectories(Path.of(arguments[1]));
    try (var server = ServiceProcess.start(arguments[0])) {
      var client = new JsonClient(server.port());
      System.out.println(
          "| data | items | searched by | hits | first hits | worst subset, hits | worst subset,"
              + " first | recall@10 | average precision | told and seen, of how many |"
              + " of items with just what asked |\n|---|---|---|---|---|---|---|---|---|---|---|");
      var told = new LinkedHashMap<String, Additions>();
      for (ComparedData one : ComparedData.small().subList(0, 2)) {
        new ConfidenceResults(client, one.data(), pictures, told).run(one);
      }
      Additions.head();
      told.forEach((title, additions) -> additions.row(title));
    }
  }

  private void run(ComparedData compared) throws Exception {
    data.upload(client, labels());
    client.train(compared.braidJob(SPARSITY));
    List<String> heldOut = splits.keySet().stream().filter(this::isTest).toList();
    List<String> trained = splits.keySet().stream().filter(id -> !isTest(id)).toList();
    measure("held-out", half(heldOut, 0), half(heldOut, 1));
    measure("all", trained, List.copyOf(splits.keySet()));
  }

  private static List<String> half(List<String> ids, int which) {
    return IntStream.range(0, ids.size()).filter(i -> i % 2 == which).mapToObj(ids::get).toList();
  }

  private boolean isTest(String id) {
    return "test".equals(splits.get(id));
  }

  /** The labels with a split: the one they have, or three of twenty samples. */
  private byte[] labels() throws Exception {
    List<String> lines = new String(data.labels(), UTF_8).lines().toList();
    boolean hasSplit = lines.getFirst().endsWith(",split");
    var out = new StringBuilder("id,label,split\n");
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      String split = hasSplit ? cells[2] : i % 20 < 3 ? "test" : "train";
      splits.put(cells[0], split);
      out.append("%s,%s,%s%n".formatted(cells[0], cells[1], split));
    }
    return out.toString().getBytes(UTF_8);
  }

  /**
   * @param fitted samples on which the calibration is fitted
   * @param ids samples that are stored; those of them ask that are held out
   */
  private void measure(String title, List<String> fitted, List<String> ids) throws Exception {
    String collection = data.name() + "-" + title;
    store(collection + "-fitted", fitted);
    calibrate(collection + "-fitted");
    Map<String, List<String>> stored = store(collection + "-stored", ids);
    Map<String, byte[]> snapshot = snapshot(collection + "-stored");
    snapshot.put("scores.json", snapshot(collection + "-fitted").get("scores.json"));
    client.send(
        "PUT", "/v1/collections/" + collection, "application/zip", ZipParts.write(snapshot));
    var queries = new ArrayList<Query>();
    for (int members = 1; members < 1 << data.modalities().size(); members++) {
      int some = members;
      List<String> subset =
          IntStream.range(0, data.modalities().size())
              .filter(m -> (some >> m & 1) == 1)
              .mapToObj(data.modalities()::get)
              .toList();
      ids.stream()
          .filter(this::isTest)
          .filter(id -> !subset.equals(stored.get(id)))
          .forEach(id -> queries.add(new Query(id, subset)));
    }
    String bySample = "{\"modalities\": %s}";
    row(title, ids.size(), "cosine", queries, find(collection, stored, queries, bySample, ""));
    List<Found> byConfidence =
        find(collection, stored, queries, bySample, ", \"order_by\": \"confidence\"");
    row(title, ids.size(), "confidence", queries, byConfidence);
    row(
        title,
        ids.size(),
        "confidence without the subsets",
        queries,
        find(collection, stored, embedded(queries), "%s", ", \"order_by\": \"confidence\""));
    told.put(data.name() + " | " + title, additions(collection, queries, byConfidence));
    Files.write(
        pictures.resolve(collection + "-calibration.svg"),
        client
            .answer(
                "GET",
                "/v1/collections/" + collection + "/calibration",
                "",
                new byte[0],
                "Accept",
                "image/svg+xml")
            .body());
  }

  /**
   * @param sample the one that it belongs to
   * @param body of the query, where it is not the sample's modalities
   */
  private record Query(String sample, List<String> subset, String body) {
    Query(String sample, List<String> subset) {
      this(sample, subset, "");
    }
  }

  private String modalities(Query query) {
    Map<String, String> of = samples.getOrDefault(query.sample(), Map.of());
    return query.subset().stream()
        .map(modality -> "\"%s\": %s".formatted(modality, of.get(modality)))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private void calibrate(String collection) throws Exception {
    String path = "/v1/collections/" + collection + "/calibration";
    client.post(path, "");
    while (client.get(path).path("fitting").asBoolean()) {
      Thread.sleep(100);
    }
  }

  /** The files in a snapshot by their names. */
  private Map<String, byte[]> snapshot(String collection) throws Exception {
    String path = "/v1/collections/" + collection + "/snapshots";
    String id = client.post(path, "").path("id").asString();
    return ZipParts.read(client.answer("GET", path + "/" + id, "", new byte[0]).body());
  }

  /** Samples with some of their modalities, at least one; which. */
  private Map<String, List<String>> store(String collection, List<String> ids) throws Exception {
    client.makeCollection(collection, "{\"model\": \"%s\"}".formatted(data.name()));
    var stored = new HashMap<String, List<String>>();
    var random = new Random(5);
    var items = new ArrayList<String>();
    for (String id : ids) {
      List<String> kept = List.of();
      while (kept.isEmpty()) {
        kept = data.modalities().stream().filter(_ -> random.nextDouble() >= SPARSITY).toList();
      }
      items.add(
          "{\"id\": \"%s\", \"modalities\": %s}".formatted(id, modalities(new Query(id, kept))));
      stored.put(id, kept);
    }
    client.store(collection, items);
    return stored;
  }

  /** The same queries by their embeddings, of which it is not known what they rest on. */
  private List<Query> embedded(List<Query> queries) throws Exception {
    var embedded = new ArrayList<Query>();
    for (int from = 0; from < queries.size(); from += AT_ONCE) {
      List<Query> some = queries.subList(from, Math.min(queries.size(), from + AT_ONCE));
      JsonNode answer =
          client.post(
              "/v1/models/" + data.name() + "/embed",
              "{\"encoding\": \"base64\", \"samples\": %s}"
                  .formatted(
                      some.stream()
                          .map(query -> "{\"modalities\": %s}".formatted(modalities(query)))
                          .toList()));
      for (int i = 0; i < some.size(); i++) {
        String vector = answer.path("embeddings").get(i).path("fusion").asString();
        embedded.add(
            new Query(
                some.get(i).sample(),
                some.get(i).subset(),
                "{\"embedding\": \"%s\"}".formatted(vector)));
      }
    }
    return embedded;
  }

  /**
   * @param rank its place among the hits of its query, from 0
   * @param hasSame whether the item has just the modalities that asked
   */
  private record Found(
      String sample,
      List<String> subset,
      int rank,
      double score,
      double told,
      boolean isMatch,
      boolean hasSame) {}

  private List<Found> find(
      String collection,
      Map<String, List<String>> stored,
      List<Query> queries,
      String form,
      String more)
      throws Exception {
    var found = new ArrayList<Found>();
    for (int from = 0; from < queries.size(); from += AT_ONCE) {
      List<Query> some = queries.subList(from, Math.min(queries.size(), from + AT_ONCE));
      JsonNode results =
          client
              .post(
                  "/v1/collections/" + collection + "/search",
                  "{\"queries\": %s, \"k\": %d, \"exact\": true, \"score\": \"calibrated\"%s}"
                      .formatted(
                          some.stream()
                              .map(query ->
                                  query.body().isEmpty()
                                      ? form.formatted(modalities(query))
                                      : query.body())
                              .toList(),
                          HITS,
                          more))
              .path("results");
      for (int i = 0; i < some.size(); i++) {
        JsonNode hits = results.get(i).path("hits");
        for (int rank = 0; rank < hits.size(); rank++) {
          JsonNode hit = hits.get(rank);
          found.add(
              new Found(
                  some.get(i).sample(),
                  some.get(i).subset(),
                  rank,
                  hit.path("score").doubleValue(),
                  hit.path("confidence").doubleValue(),
                  hit.path("id").asString().equals(some.get(i).sample()),
                  some.get(i).subset().equals(stored.get(hit.path("id").asString()))));
        }
      }
    }
    return found;
  }

  /** What each absent modality was said to add to each query, and what it did when it was added. */
  private Additions additions(String collection, List<Query> queries, List<Found> found)
      throws Exception {
    var told = new HashMap<List<Object>, Double>(); // of the right item, if it was found
    found.stream()
        .filter(Found::isMatch)
        .forEach(hit -> told.put(List.of(hit.sample(), hit.subset()), hit.told()));
    var additions = new Additions();
    for (Query query : queries) {
      JsonNode values =
          client
              .post(
                  "/v1/collections/" + collection + "/value",
                  "{\"modalities\": %s}".formatted(modalities(query)))
              .path("values");
      for (JsonNode value : values) {
        String added = value.path("modality").asString();
        List<String> with =
            data.modalities().stream()
                .filter(one -> one.equals(added) || query.subset().contains(one))
                .toList();
        double before = told.getOrDefault(List.of(query.sample(), query.subset()), 0.0);
        double after = told.getOrDefault(List.of(query.sample(), with), 0.0);
        additions.add(
            query.sample(),
            query.subset(),
            added,
            value.path("gain").doubleValue(),
            after - before);
      }
    }
    return additions;
  }

  private void row(String title, int items, String by, List<Query> queries, List<Found> found) {
    Comparator<Found> order =
        by.equals("cosine")
            ? Comparator.comparingDouble(Found::score).reversed()
            : Comparator.comparingDouble(Found::told).reversed();
    List<Found> first = found.stream().filter(hit -> hit.rank() == 0).toList();
    System.out.printf(
        Locale.ROOT,
        "| `%s` | %s, %d | %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %s | %s |%n",
        data.name(),
        title,
        items,
        by,
        measure(found).error(),
        measure(first).error(),
        worst(found),
        worst(first),
        (double) found.stream().filter(Found::isMatch).count() / queries.size(),
        averagePrecision(found.stream().sorted(order).toList(), queries.size()),
        bins(found.stream().filter(hit -> !hit.hasSame()).toList()),
        bins(found.stream().filter(Found::hasSame).toList()));
  }

  private static String bins(List<Found> hits) {
    return measure(hits).bins().stream()
        .map(bin -> "%.2f %.2f (%d)".formatted(bin.told(), bin.seen(), bin.hits()))
        .collect(Collectors.joining(", "));
  }

  private static Reliability measure(List<Found> hits) {
    var sample = new Reliability.Sample();
    hits.forEach(hit -> sample.add(hit.told(), hit.isMatch()));
    return sample.measure();
  }

  /** Of the hits of each subset by themselves. */
  private static double worst(List<Found> all) {
    return all.stream().collect(Collectors.groupingBy(Found::subset)).values().stream()
        .mapToDouble(hits -> measure(hits).error())
        .max()
        .orElse(0);
  }

  /** Of the matches among all hits of all queries in one order. */
  private static double averagePrecision(List<Found> ordered, int matches) {
    double sum = 0;
    int seen = 0;
    for (int i = 0; i < ordered.size(); i++) {
      if (ordered.get(i).isMatch()) {
        sum += ++seen / (i + 1.0);
      }
    }
    return sum / matches;
  }
}
