package io.braid.retrieval;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;

import io.braid.config.BraidProperties;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.index.Filter;
import io.braid.modality.SampleReader;
import io.braid.modality.VectorReader;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import io.braid.retrieval.SearchRequest.Include;
import io.braid.retrieval.SearchRequest.Query;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/** Reads {@code {"query": {...}, "k": 10, "filter": {...}, ...}}. */
final class SearchRequestReader {
  private static final int DEFAULT_K = 10;
  private static final String EXPECTED_QUERY =
      "a query, one of {\"modalities\": {...}}, {\"embedding\": [...]} and {\"item\": \"id\"}";

  private final ModelVersion version;
  private final EncoderConfig encoder;
  private final Set<Output> keep;
  private final SampleReader samples;
  private final BraidProperties.Limits limits;
  private final VectorReader vectors;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Query> queries = new ArrayList<>();
  private int k = DEFAULT_K;
  private Optional<Filter> filter = Optional.empty();
  private boolean isExact;
  private Set<Include> include = Set.of();
  private Optional<String> target = Optional.empty();
  private boolean isExplained;
  private boolean isCalibrated;
  private boolean isByConfidence;
  private Optional<Double> minConfidence = Optional.empty();

  /**
   * @param version that the collection is searched with
   * @param keep which embeddings the collection has
   * @param samples reads its samples
   */
  SearchRequestReader(
      ModelVersion version, Set<Output> keep, SampleReader samples, BraidProperties.Limits limits) {
    this.version = version;
    this.encoder = version.config().encoder();
    this.keep = keep;
    this.samples = samples;
    this.limits = limits;
    this.vectors = new VectorReader(encoder.embeddingDim());
  }

  /**
   * @throws BraidException {@code INVALID} with everything that is wrong
   */
  SearchRequest read(JsonParser parser) {
    if (parser.currentToken() != START_OBJECT) {
      parser.skipChildren(); // so that what is unreadable is told first
      throw BraidException.invalid(
          List.of(new Fault("", "expected an object with 'query' or 'queries'")));
    }
    boolean hasOne = false;
    boolean hasMany = false;
    while (parser.nextToken() != END_OBJECT) {
      String field = parser.currentName();
      boolean isNull = parser.nextToken() == VALUE_NULL;
      switch (field) {
        case "query" -> {
          hasOne = !isNull;
          if (hasOne) {
            readQuery(parser, "/query");
          }
        }
        case "queries" -> {
          hasMany = !isNull;
          if (hasMany) {
            readQueries(parser);
          }
        }
        default -> readField(field, Json.MAPPER.readTree(parser));
      }
    }
    if (hasOne == hasMany) {
      fault(
          "/query",
          hasOne ? "goes alone, without 'queries'" : "missing, expected " + EXPECTED_QUERY);
    }
    long asked = (long) k * queries.size();
    boolean isPlain = include.isEmpty() && !isExplained;
    int most = isPlain ? limits.hits() : limits.hits() / 10;
    if (asked > most) {
      fault(
          "/k",
          "%d hits of %d queries, at most %d altogether%s"
              .formatted(k, queries.size(), most, isPlain ? "" : " with 'include' or 'explain'"));
    }
    String of = target.orElse(Embedded.FUSION);
    if (!targets(encoder, keep).contains(of)) {
      fault(
          "/target",
          "'"
              + Json.shown(of)
              + "', the collection keeps "
              + targets(encoder, keep)
              + "; `keep` says what, when it is made");
    }
    Json.refuse(faults);
    return new SearchRequest(
        hasOne, queries, k, filter, isExact, include, of, isExplained, rating());
  }

  private Optional<SearchRequest.Rating> rating() {
    return isCalibrated || isByConfidence || minConfidence.isPresent()
        ? Optional.of(new SearchRequest.Rating(isByConfidence, minConfidence.orElse(0.0)))
        : Optional.empty();
  }

  private void readField(String field, JsonNode value) {
    switch (field) {
      case "k" -> {
        var fields = new ConfigObject(value(field, value), "", faults);
        k = fields.integer("k", DEFAULT_K, 1, limits.k());
      }
      case "exact" -> isExact = bool(field, value);
      case "explain" -> isExplained = bool(field, value);
      case "score" -> isCalibrated = choice(field, value, "cosine", "calibrated");
      case "order_by" -> isByConfidence = choice(field, value, "score", "confidence");
      case "min_confidence" ->
          minConfidence =
              value.isNull()
                  ? Optional.empty()
                  : Optional.of(
                      new ConfigObject(value(field, value), "", faults).number(field, 0, 0, 1));
      case "filter" ->
          filter =
              value.isNull()
                  ? Optional.empty()
                  : Optional.of(
                      new FilterReader(encoder.schema().names(), limits, faults)
                          .read(value, "/filter"));
      case "include" -> include = value.isNull() ? Set.of() : includes(value);
      case "target" -> {
        if (value.isString()) {
          target = Optional.of(value.stringValue());
        } else if (!value.isNull()) {
          fault("/target", ConfigObject.shown(value) + ", expected a string");
        }
      }
      default ->
          fault(
              "/" + Json.escaped(field),
              "unknown field; a search has query or queries, k, filter, exact, include, target,"
                  + " explain, score, order_by and min_confidence");
    }
  }

  /** Whether the second of two words stands there; nothing is the first. */
  private boolean choice(String field, JsonNode value, String first, String second) {
    if (value.isNull() || value.asString("").equals(first)) {
      return false;
    }
    if (!value.asString("").equals(second)) {
      fault(
          "/" + field,
          ConfigObject.shown(value) + ", expected '" + first + "' or '" + second + "'");
    }
    return true;
  }

  private boolean bool(String field, JsonNode value) {
    return new ConfigObject(value(field, value), "", faults).bool(field).orElse(false);
  }

  private static JsonNode value(String field, JsonNode value) {
    return Json.MAPPER.createObjectNode().set(field, value);
  }

  private Set<Include> includes(JsonNode array) {
    List<Include> all = List.of(Include.values());
    var chosen = EnumSet.noneOf(Include.class);
    if (!array.isArray()) {
      fault("/include", ConfigObject.shown(array) + ", expected a list, some of " + all);
    }
    for (int i = 0; array.isArray() && i < array.size(); i++) {
      String name = array.get(i).asString("");
      Optional<Include> one = all.stream().filter(any -> any.toString().equals(name)).findFirst();
      one.ifPresent(chosen::add);
      if (one.isEmpty()) {
        fault("/include/" + i, ConfigObject.shown(array.get(i)) + ", expected one of " + all);
      }
    }
    return chosen;
  }

  /** Names of what items may be searched by. */
  static Set<String> targets(EncoderConfig encoder, Set<Output> keep) {
    var names = new LinkedHashSet<String>();
    if (keep.contains(Output.FUSION)) {
      names.add(Embedded.FUSION);
    }
    if (keep.contains(Output.UNIMODAL)) {
      names.addAll(encoder.schema().names());
    }
    if (keep.contains(Output.CHANNELS)) {
      encoder.channels().forEach(channel -> names.add(channel.name(encoder.schema())));
    }
    return names;
  }

  private void readQueries(JsonParser parser) {
    if (parser.currentToken() != START_ARRAY) {
      parser.skipChildren();
      fault("/queries", "expected a list of queries");
      return;
    }
    int number = 0;
    while (parser.nextToken() != END_ARRAY) {
      if (number < limits.samples()) {
        readQuery(parser, "/queries/" + number);
      } else {
        parser.skipChildren();
      }
      number++;
    }
    if (number == 0) {
      fault("/queries", "is empty; give at least one query");
    } else if (number > limits.samples()) {
      fault("/queries", number + " queries, at most " + limits.samples());
    }
  }

  private void readQuery(JsonParser parser, String at) {
    if (parser.currentToken() != START_OBJECT) {
      parser.skipChildren();
      fault(at, "expected " + EXPECTED_QUERY);
      return;
    }
    int fields = 0;
    while (parser.nextToken() != END_OBJECT) {
      String field = parser.currentName();
      String place = at + "/" + Json.escaped(field);
      if (parser.nextToken() == VALUE_NULL) {
        continue;
      }
      fields++;
      switch (field) {
        case "modalities" -> readSample(parser, place);
        case "embedding" ->
            vectors
                .read(parser, place, faults)
                .ifPresent(numbers ->
                    queries.add(new SearchRequest.OfVector(Vector.of(numbers).normalized())));
        case "item" -> {
          String id = Json.id(parser, place, faults);
          if (id != null) {
            queries.add(new SearchRequest.OfItem(id));
          }
        }
        default -> {
          parser.skipChildren();
          fault(place, "unknown field; expected " + EXPECTED_QUERY);
        }
      }
    }
    if (fields != 1) {
      fault(at, "has " + fields + " fields, expected " + EXPECTED_QUERY);
    }
  }

  private void readSample(JsonParser parser, String at) {
    samples
        .readModalities(parser, at, faults)
        .ifPresent(read ->
            Embedder.misfit(version, Set.of(Output.FUSION), read)
                .ifPresentOrElse(
                    misfit -> fault(at, misfit),
                    () -> queries.add(new SearchRequest.OfSample(read))));
  }

  private void fault(String at, String detail) {
    if (faults.size() < Json.MAX_FAULTS) {
      faults.add(new Fault(at, detail));
    }
  }
}
