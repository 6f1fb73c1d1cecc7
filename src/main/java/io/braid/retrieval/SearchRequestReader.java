package io.braid.retrieval;

import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;

import io.braid.config.BraidProperties;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.index.Filter;
import io.braid.modality.SampleReader;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import io.braid.retrieval.SearchRequest.Include;
import io.braid.retrieval.SearchRequest.Query;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/** Reads {@code {"query": {...}, "k": 10, "filter": {...}, ...}}. */
final class SearchRequestReader {
  private static final int DEFAULT_K = 10;

  private final EncoderConfig encoder;
  private final Set<Output> keep;
  private final BraidProperties.Limits limits;
  private final List<Fault> faults = new ArrayList<>();
  private final QueriesReader queriesReader;
  private final RatingReader rating = new RatingReader(faults);
  private int k = DEFAULT_K;
  private Optional<Filter> filter = Optional.empty();
  private boolean isExact;
  private Set<Include> include = Set.of();
  private Optional<String> target = Optional.empty();
  private boolean isExplained;

  /**
   * @param version that the collection is searched with
   * @param keep which embeddings the collection has
   * @param samples reads its samples
   */
  SearchRequestReader(
      ModelVersion version, Set<Output> keep, SampleReader samples, BraidProperties.Limits limits) {
    this.encoder = version.config().encoder();
    this.keep = keep;
    this.limits = limits;
    this.queriesReader = new QueriesReader(version, samples, limits.samples(), faults);
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
            queriesReader.read(parser, "/query");
          }
        }
        case "queries" -> {
          hasMany = !isNull;
          if (hasMany) {
            queriesReader.readAll(parser);
          }
        }
        default -> readField(field, Json.MAPPER.readTree(parser));
      }
    }
    if (hasOne == hasMany) {
      fault(
          "/query",
          hasOne ? "goes alone, without 'queries'" : "missing, expected " + QueriesReader.EXPECTED);
    }
    List<Query> queries = queriesReader.queries();
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
    Embedded.targetFault(of, encoder, keep).ifPresent(detail -> fault("/target", detail));
    BraidException.refuse(faults);
    return new SearchRequest(
        hasOne, queries, k, filter, isExact, include, of, isExplained, rating.rating());
  }

  private void readField(String field, JsonNode value) {
    switch (field) {
      case "k" -> k = Json.field(field, value, faults).integer(field, DEFAULT_K, 1, limits.k());
      case "exact" -> isExact = bool(field, value);
      case "explain" -> isExplained = bool(field, value);
      case "score" -> rating.readScore(value);
      case "order_by" -> rating.readOrder(value);
      case "min_confidence" -> rating.readMinConfidence(value);
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

  private boolean bool(String field, JsonNode value) {
    return Json.field(field, value, faults).bool(field).orElse(false);
  }

  private Set<Include> includes(JsonNode array) {
    List<Include> all = List.of(Include.values());
    var chosen = EnumSet.noneOf(Include.class);
    if (!array.isArray()) {
      fault("/include", ConfigObject.shown(array) + ", expected a list, some of " + all);
    }
    for (int i = 0; array.isArray() && i < array.size(); i++) {
      Optional<Include> one = Include.named(array.get(i).asString(""));
      one.ifPresent(chosen::add);
      if (one.isEmpty()) {
        fault("/include/" + i, ConfigObject.shown(array.get(i)) + ", expected one of " + all);
      }
    }
    return chosen;
  }

  private void fault(String at, String detail) {
    Json.fault(at, detail, faults);
  }
}
