package io.braid.retrieval;

import io.braid.encoder.Vector;
import io.braid.index.Filter;
import io.braid.modality.Modalities;
import io.braid.modality.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a client searches for.
 *
 * @param isOne whether it came as a single {@code query}
 * @param queries at least one
 * @param k most hits of each
 * @param isExact whether every item that the filter lets through must be compared
 * @param target which embedding of the items is compared
 * @param isExplained whether hits tell what their scores rest on
 * @param rating where hits tell how likely they are to be the match
 */
record SearchRequest(
    boolean isOne,
    List<Query> queries,
    int k,
    Optional<Filter> filter,
    boolean isExact,
    Set<Include> include,
    String target,
    boolean isExplained,
    Optional<Rating> rating) {
  SearchRequest {
    queries = List.copyOf(queries);
    include = Set.copyOf(include);
  }

  /** Whether what is stored of hits is told, or needed to tell of them. */
  boolean needsItems() {
    return !include.isEmpty() || isExplained;
  }

  /** For the most likely match of a sample. */
  static SearchRequest best(Sample sample) {
    return new SearchRequest(
        true,
        List.of(new OfSample(new Modalities(sample.modalities(), Set.of(), sample.warnings()))),
        1,
        Optional.empty(),
        false,
        Set.of(),
        Embedded.FUSION,
        false,
        Optional.of(new Rating(true, 0)));
  }

  /** Pointer to a query. */
  String at(int query) {
    return isOne ? "/query" : "/queries/" + query;
  }

  /**
   * How confidence is used.
   *
   * @param isOrder whether hits are ordered by it, instead of by their scores
   * @param least of hits that are told, 0 to 1
   */
  record Rating(boolean isOrder, double least) {}

  /** What to find the nearest items to. */
  sealed interface Query {}

  /** A sample with any subset of its modalities. */
  record OfSample(Modalities modalities) implements Query {}

  /** An embedding, at unit length. */
  record OfVector(Vector vector) implements Query {}

  /** A stored item; itself among the hits. */
  record OfItem(String id) implements Query {}

  /** What is told of an item beyond its id and presence. */
  enum Include {
    METADATA,
    EMBEDDING,
    MODALITIES;

    /** By its name in requests. */
    static Optional<Include> named(String name) {
      return Arrays.stream(values()).filter(one -> one.toString().equals(name)).findFirst();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
