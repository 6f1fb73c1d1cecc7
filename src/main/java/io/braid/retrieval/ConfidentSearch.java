package io.braid.retrieval;

import io.braid.calibration.Calibration;
import io.braid.calibration.Curve;
import io.braid.calibration.Pair;
import io.braid.calibration.Posterior;
import io.braid.calibration.ScoreSample;
import io.braid.encoder.EncoderConfig;
import io.braid.index.Filter;
import io.braid.index.Hit;
import io.braid.index.Search;
import io.braid.retrieval.Confidence.Basis;
import io.braid.retrieval.FittedCalibration.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A search whose hits tell how likely they are to be the match. A cosine means more or less by what
 * the query and the item have, so items of each subset of modalities are searched for themselves:
 * the best of them by confidence are among the best of each subset by score. All that were found
 * are weighed against each other, and what was not found by what its score is expected to say.
 */
final class ConfidentSearch {
  /** Hits of each subset that are weighed against each other, at least. */
  private static final int MIN_WEIGHED = 32;

  /** Hits that are held at once, about. */
  private static final int AT_ONCE = 500_000;

  private final LiveIndex index;
  private final SearchRequest request;
  private final SearchRequest.Rating rating;
  private final EncoderConfig encoder;
  private final Calibration calibration;

  /** Subsets of items, each with how many items are expected to have it; the rest comes last. */
  private final List<Part> parts;

  private final int most;

  /**
   * Items that are searched by themselves.
   *
   * @param items how many there are, about
   */
  private record Part(Filter filter, double items) {}

  /**
   * @param items of the collection
   * @param passing how many of them a filter lets through, about
   */
  ConfidentSearch(
      LiveIndex index,
      SearchRequest request,
      SearchRequest.Rating rating,
      Optional<FittedCalibration> fitted,
      long items,
      ToDoubleFunction<Filter> passing) {
    this.rating = rating;
    this.index = index;
    this.request = request;
    this.encoder = index.generation().version().config().encoder();
    this.calibration =
        fitted
            .filter(_ -> request.target().equals(Embedded.FUSION))
            .map(FittedCalibration::calibration)
            .orElseGet(() -> new Calibration(new ScoreSample().count(0)));
    this.parts = parts(fitted, items, passing);
    this.most = Math.max(request.k(), MIN_WEIGHED);
  }

  private List<Part> parts(
      Optional<FittedCalibration> fitted, long items, ToDoubleFunction<Filter> passing) {
    var forms = new ArrayList<Part>();
    double others = items;
    double growth = fitted.map(one -> (double) items / Math.max(1, one.items())).orElse(1.0);
    for (Form form : fitted.map(FittedCalibration::forms).orElse(List.of())) {
      if (forms.size() < KnownPairs.MAX_SUBSETS) {
        forms.add(new Part(exactly(form.modalities()), form.items() * growth));
        others -= form.items() * growth;
      }
    }
    var rest = new Filter.Not(new Filter.Any(forms.stream().map(Part::filter).toList()));
    return Stream.concat(forms.stream(), Stream.of(new Part(rest, Math.max(0, others))))
        .map(part -> filtered(part, passing))
        .toList();
  }

  /** What the request lets through of a part. */
  private Part filtered(Part part, ToDoubleFunction<Filter> passing) {
    return request
        .filter()
        .<Filter>map(filter -> new Filter.All(List.of(part.filter(), filter)))
        .map(both -> new Part(both, passing.applyAsDouble(both)))
        .orElse(part);
  }

  private Filter exactly(List<String> modalities) {
    return new Filter.All(
        encoder.fused().stream()
            .map(Filter.Present::new)
            .<Filter>map(present ->
                modalities.contains(present.modality()) ? present : new Filter.Not(present))
            .toList());
  }

  /** The best hits of each query, as the request orders them. */
  List<List<Match>> search(List<EmbeddedQuery> queries, Duration patience) {
    var results = new ArrayList<List<Match>>();
    int step = Math.max(1, AT_ONCE / most / parts.size());
    for (int from = 0; from < queries.size(); from += step) {
      List<EmbeddedQuery> some = queries.subList(from, Math.min(queries.size(), from + step));
      List<List<List<Hit>>> byPart =
          parts.stream().map(part -> index.search(search(some, part), patience)).toList();
      for (int i = 0; i < some.size(); i++) {
        int query = i;
        results.add(best(some.get(i), byPart.stream().map(hits -> hits.get(query)).toList()));
      }
    }
    return results;
  }

  private Search search(List<EmbeddedQuery> queries, Part part) {
    return new Search(
        request.target(),
        queries.stream().map(EmbeddedQuery::vector).toList(),
        most,
        Optional.of(part.filter()),
        request.isExact());
  }

  /** A hit, with what tells of scores like its own. */
  private record Rated(Hit hit, Curve curve, Basis basis) {
    double ratio() {
      return curve.ratio(hit.score());
    }

    /** Of other items that score up to as much, in the mean. */
    double meanRatioUpTo() {
      return curve.meanRatioUpTo(hit.score());
    }

    Match match(double probability) {
      return Match.rated(hit, new Confidence(probability, basis));
    }
  }

  private List<Match> best(EmbeddedQuery query, List<List<Hit>> byPart) {
    List<String> asking = encoder.fused(query.present());
    var rated = new ArrayList<Rated>();
    double unseen = 0;
    for (int part = 0; part < byPart.size(); part++) {
      List<Hit> found = byPart.get(part);
      found.forEach(hit -> rated.add(rated(asking, hit)));
      if (found.size() >= most) { // there may be more
        unseen +=
            Math.max(0, parts.get(part).items() - found.size()) * rated.getLast().meanRatioUpTo();
      }
    }
    List<Double> told = Posterior.probabilities(rated.stream().map(Rated::ratio).toList(), unseen);
    return IntStream.range(0, rated.size())
        .mapToObj(i -> rated.get(i).match(told.get(i)))
        .filter(match -> match.probability() >= rating.least())
        .sorted(rating.isOrder() ? Match.BY_CONFIDENCE : Match.BY_SCORE)
        .limit(request.k())
        .toList();
  }

  /** Where it is not known what a query or an item has, by the curve of all pairs. */
  private Rated rated(List<String> asking, Hit hit) {
    var pair = new Pair(asking, encoder.fused(hit.present()));
    boolean isKnown = calibration.knows(pair) && !pair.query().isEmpty() && !pair.item().isEmpty();
    return isKnown
        ? new Rated(hit, calibration.curve(pair), Basis.FITTED)
        : new Rated(hit, calibration.pooled(), Basis.FALLBACK);
  }
}
