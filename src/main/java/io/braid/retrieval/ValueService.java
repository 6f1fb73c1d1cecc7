package io.braid.retrieval;

import io.braid.calibration.Gains;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.modality.Modalities;
import io.braid.modality.Sample;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.retrieval.Confidence.Basis;
import io.braid.server.Client;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Tells which modality of a sample to measure next. */
@Component
class ValueService {
  private static final Comparator<Value> MOST_VALUABLE_FIRST =
      Comparator.comparing(
          value -> value.expected().map(Gains.Expected::gain).orElse(null),
          Comparator.nullsLast(Comparator.reverseOrder()));

  private final OpenCollections collections;
  private final SearchService searches;

  ValueService(OpenCollections collections, SearchService searches) {
    this.collections = collections;
    this.searches = searches;
  }

  /**
   * What it is worth to measure more of a sample.
   *
   * @param best confidence of the best hit now
   * @param basis {@code FALLBACK} where no gain could be seen
   * @param values of absent modalities, the most valuable first
   */
  record Worth(ModelVersion version, Sample sample, double best, Basis basis, List<Value> values) {}

  /**
   * @param expected where stored samples tell
   */
  record Value(String modality, Optional<Gains.Expected> expected) {}

  /** A collection that can tell; 409 where its samples are not found by fusions. */
  OpenCollection find(String name) {
    OpenCollection found = collections.find(name);
    if (!found.stored().keep().contains(Output.FUSION)) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "collection '%s' keeps no fusions, by which samples are found; make one with \"keep\": [\"fusion\"]"
              .formatted(name));
    }
    return found;
  }

  /**
   * Searches for a sample, and tells what the collection's trials with samples like it say.
   *
   * @param reading reads the sample for the version that the collection is searched with
   */
  Worth worth(OpenCollection collection, Function<ModelVersion, Sample> reading, Client client) {
    var asked = new AtomicReference<Sample>();
    SearchService.Found found =
        searches.search(
            collection,
            generation -> {
              Sample sample = reading.apply(generation.version());
              requireFusion(generation.version(), sample);
              asked.set(sample);
              return SearchRequest.best(sample);
            },
            client);
    return worth(found, asked.get());
  }

  private static void requireFusion(ModelVersion version, Sample sample) {
    var modalities = new Modalities(sample.modalities(), Set.of(), sample.warnings());
    Embedder.misfit(version, Set.of(Output.FUSION), modalities)
        .ifPresent(misfit -> {
          throw BraidException.invalid(List.of(new Fault("/modalities", misfit)));
        });
  }

  private static Worth worth(SearchService.Found found, Sample sample) {
    EncoderConfig encoder = found.version().config().encoder();
    double best =
        found.results().getFirst().stream().mapToDouble(Match::probability).findFirst().orElse(0);
    Optional<Gains> gains =
        found.calibration().flatMap(FittedCalibration::trial).map(FittedCalibration.Trial::gains);
    List<String> asking = encoder.fused(sample);
    List<Value> values =
        encoder.schema().names().stream()
            .filter(modality -> !sample.modalities().containsKey(modality))
            .map(modality ->
                new Value(modality, gains.flatMap(of -> of.expected(asking, modality, best))))
            .sorted(MOST_VALUABLE_FIRST)
            .toList();
    return new Worth(
        found.version(), sample, best, gains.isPresent() ? Basis.FITTED : Basis.FALLBACK, values);
  }
}
