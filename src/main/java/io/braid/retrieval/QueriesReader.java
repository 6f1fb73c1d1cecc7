package io.braid.retrieval;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;

import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.modality.SampleReader;
import io.braid.modality.VectorReader;
import io.braid.model.ModelVersion;
import io.braid.problem.Fault;
import io.braid.retrieval.SearchRequest.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;

/** Reads what a search is asked by: {@code {"modalities": {...}}} and its likes. */
final class QueriesReader {
  static final String EXPECTED =
      "a query, one of {\"modalities\": {...}}, {\"embedding\": [...]} and {\"item\": \"id\"}";

  private final ModelVersion version;
  private final SampleReader samples;
  private final VectorReader vectors;
  private final int maxQueries;
  private final List<Fault> faults;
  private final List<Query> queries = new ArrayList<>();

  /**
   * @param version that the collection is searched with
   * @param samples reads its samples
   * @param faults takes what is wrong
   */
  QueriesReader(ModelVersion version, SampleReader samples, int maxQueries, List<Fault> faults) {
    this.version = version;
    this.samples = samples;
    this.vectors = new VectorReader(version.config().encoder().embeddingDim());
    this.maxQueries = maxQueries;
    this.faults = faults;
  }

  /** Those that were read, in order; without those that are at fault. */
  List<Query> queries() {
    return List.copyOf(queries);
  }

  /** Reads the list that starts at the parser's token. */
  void readAll(JsonParser parser) {
    if (parser.currentToken() != START_ARRAY) {
      parser.skipChildren();
      fault("/queries", "expected a list of queries");
      return;
    }
    int number = 0;
    while (parser.nextToken() != END_ARRAY) {
      if (number < maxQueries) {
        read(parser, "/queries/" + number);
      } else {
        parser.skipChildren();
      }
      number++;
    }
    if (number == 0) {
      fault("/queries", "is empty; give at least one query");
    } else if (number > maxQueries) {
      fault("/queries", number + " queries, at most " + maxQueries);
    }
  }

  /**
   * Reads the one that starts at the parser's token.
   *
   * @param at pointer to it
   */
  void read(JsonParser parser, String at) {
    if (parser.currentToken() != START_OBJECT) {
      parser.skipChildren();
      fault(at, "expected " + EXPECTED);
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
          fault(place, "unknown field; expected " + EXPECTED);
        }
      }
    }
    if (fields != 1) {
      fault(at, "has " + fields + " fields, expected " + EXPECTED);
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
    Json.fault(at, detail, faults);
  }
}
