package io.braid.retrieval;

import io.braid.attribution.Coalitions;
import io.braid.calibration.Calibration;
import io.braid.calibration.Pair;
import io.braid.calibration.ScoreCounts;
import io.braid.calibration.ScoreSample;
import io.braid.config.BraidProperties;
import io.braid.embedding.EmbeddingService;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.modality.Modalities;
import io.braid.modality.Sample;
import io.braid.model.ModelService;
import io.braid.problem.Fault;
import io.braid.retrieval.FittedCalibration.Form;
import io.braid.retrieval.FittedCalibration.Trial;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Fits the calibration of a collection on some of its own items. */
@Component
class CalibrationFit {
  /** Most items that are looked at. */
  private static final int MAX_ITEMS = 1024;

  /** Most bytes of their embeddings. */
  private static final long MAX_BYTES = 64L << 20;

  /** Samples that are embedded at once. */
  private static final int AT_ONCE = 32;

  /** Most others that each vector is compared with where no sample is known. */
  private static final int MAX_OTHERS = 32;

  private static final long SEED = 43;

  private final ItemRepository items;
  private final ItemSample sample;
  private final EmbeddingService embeddings;
  private final ModelService models;

  /** After which no more items are embedded: a search may wait for what comes of it. */
  private final Duration maxTime;

  private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

  CalibrationFit(
      ItemRepository items,
      ItemSample sample,
      EmbeddingService embeddings,
      ModelService models,
      BraidProperties properties) {
    this.maxTime = properties.calibration().maxTime();
    this.items = items;
    this.sample = sample;
    this.embeddings = embeddings;
    this.models = models;
  }

  /**
   * Fits on what is there now.
   *
   * @param generation of embeddings that are searched
   * @param version its number
   */
  FittedCalibration fit(StoredCollection collection, Generation generation, int version) {
    EncoderConfig encoder = generation.version().config().encoder();
    List<Form> forms = forms(encoder, items.presence(generation.id()));
    List<StoredItem> drawn = sample.draw(generation.id(), maxItems(encoder));
    List<KnownSample> known = known(generation, drawn);
    var pairs = new KnownPairs(known, forms.stream().map(Form::modalities).toList(), SEED);
    var calibration = new Calibration(pairs.count(known));
    Optional<Trial> trial = Optional.empty();
    if (calibration.isMeasured()) {
      var tried = new CalibrationTrial(known, pairs, forms, SEED);
      trial = Optional.of(new Trial(tried.reliability(), tried.gains(collection.items())));
    } else {
      calibration = new Calibration(others(drawn));
    }
    return new FittedCalibration(
        version,
        generation.id(),
        collection.sequence(),
        collection.items(),
        known.size(),
        forms,
        calibration,
        trial,
        clock.instant());
  }

  /** What items have of the modalities that a fusion rests on. */
  private static List<Form> forms(EncoderConfig encoder, Map<List<String>, Long> presence) {
    var byForm = new LinkedHashMap<List<String>, Long>();
    presence.forEach((present, number) -> byForm.merge(encoder.fused(present), number, Long::sum));
    return byForm.entrySet().stream()
        .map(entry -> new Form(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparing(Form::items)
                .reversed()
                .thenComparing(form -> form.modalities().toString()))
        .toList();
  }

  private static int maxItems(EncoderConfig encoder) {
    long subsets = Coalitions.number(encoder.fused());
    long bytes = subsets * encoder.embeddingDim() * Float.BYTES;
    return (int) Math.min(MAX_ITEMS, MAX_BYTES / bytes);
  }

  private List<KnownSample> known(Generation generation, List<StoredItem> drawn) {
    EncoderConfig encoder = generation.version().config().encoder();
    var samples = new ArrayList<Sample>();
    for (StoredItem item : drawn) {
      read(generation, item)
          .filter(modalities -> encoder.fuses(modalities.present().keySet()))
          .ifPresent(modalities ->
              samples.add(new Sample(Optional.empty(), modalities.present(), List.of())));
    }
    var known = new ArrayList<KnownSample>();
    long end = System.nanoTime() + maxTime.toNanos();
    for (int from = 0; from < samples.size() && System.nanoTime() < end; from += AT_ONCE) {
      embeddings
          .embedInTurn(
              generation.version(),
              samples.subList(from, Math.min(samples.size(), from + AT_ONCE)),
              EnumSet.of(Output.FUSION, Output.SUBSETS))
          .forEach(embedding ->
              embedding
                  .subsets()
                  .filter(subsets -> subsets.whole().isFinite())
                  .map(subsets -> KnownSample.of(encoder.fused(), subsets))
                  .ifPresent(known::add));
    }
    return known;
  }

  /** What the version reads of an item's sample; nothing where it has none, or cannot be read. */
  private Optional<Modalities> read(Generation generation, StoredItem item) {
    var faults = new ArrayList<Fault>();
    return item.item()
        .sample()
        .flatMap(raw -> raw.read(models.reader(generation.version()), "", faults));
  }

  /** Scores of stored items and others: all that is known where none has a sample. */
  private static ScoreCounts others(List<StoredItem> drawn) {
    var scores = new ScoreSample();
    List<Vector> vectors =
        drawn.stream().flatMap(item -> item.embedded().vector(Embedded.FUSION).stream()).toList();
    for (int i = 0; i < vectors.size(); i++) {
      for (int j = 0; j < Math.min(i, MAX_OTHERS); j++) {
        scores.addOther(new Pair(List.of(), List.of()), vectors.get(i).dot(vectors.get(j)));
      }
    }
    return scores.count(0);
  }
}
