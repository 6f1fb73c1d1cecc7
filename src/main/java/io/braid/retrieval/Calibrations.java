package io.braid.retrieval;

import io.braid.config.BraidProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Calibrations of collections, fitted in the background, one at a time: when the first calibrated
 * search asks, and again when the collection has changed since.
 */
@Component
class Calibrations implements CollectionMemory, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Calibrations.class);

  /** Changes, as a part of the items, beyond which a search waits for a new fit. */
  private static final double OUTDATED = 0.2;

  private final CalibrationRepository repository;
  private final CalibrationFit fit;
  private final ItemRepository items;

  /** Of a search, for a fit. */
  private final Duration maxWait;

  private final Map<Long, FittedCalibration> fitted = new ConcurrentHashMap<>();
  private final Map<Long, CompletableFuture<FittedCalibration>> running = new ConcurrentHashMap<>();
  private final ExecutorService fitting =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("calibrate").factory());

  Calibrations(
      CalibrationRepository repository,
      CalibrationFit fit,
      ItemRepository items,
      BraidProperties properties) {
    this.maxWait = properties.calibration().maxWait();
    this.items = items;
    this.repository = repository;
    this.fit = fit;
  }

  /** What there is of the embeddings of a generation; nothing is fitted for it. */
  Optional<FittedCalibration> find(OpenCollection collection, GenerationId generation) {
    long number = collection.stored().number();
    FittedCalibration known =
        fitted.computeIfAbsent(number, _ -> repository.find(number).orElse(null));
    return Optional.ofNullable(known).filter(one -> one.generation().equals(generation));
  }

  boolean isFitting(OpenCollection collection) {
    return running.containsKey(collection.stored().number());
  }

  /**
   * What a search of a generation is to go by; waits for a fit where there is none, or where too
   * much has changed since. Empty where none came of it in time.
   */
  Optional<FittedCalibration> await(OpenCollection collection, GenerationId generation) {
    Optional<FittedCalibration> found = find(collection, generation);
    double changes = found.map(one -> changes(collection, one)).orElse(1.0);
    if (changes <= AsOf.STALE) {
      return found;
    }
    CompletableFuture<FittedCalibration> coming = begin(collection);
    if (changes <= OUTDATED) {
      return found;
    }
    try {
      return Optional.of(coming.get(maxWait.toMillis(), TimeUnit.MILLISECONDS))
          .filter(one -> one.generation().equals(generation))
          .or(() -> found);
    } catch (TimeoutException | ExecutionException e) {
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return found;
    }
  }

  /** Items of its generation that came, went or changed since, as a part of those there were. */
  private double changes(OpenCollection collection, FittedCalibration since) {
    StoredCollection now = collection.stored();
    long changed =
        now.sequence() == since.sequence()
            ? 0
            : items.changedAfter(since.generation(), since.sequence());
    long gone = Math.max(0, since.items() - now.items());
    return (double) (changed + gone) / Math.max(1, since.items());
  }

  /** Fits in the background, if that is not under way. */
  CompletableFuture<FittedCalibration> begin(OpenCollection collection) {
    long number = collection.stored().number();
    return running.computeIfAbsent(
        number, _ -> CompletableFuture.supplyAsync(() -> fit(collection, number), fitting));
  }

  private FittedCalibration fit(OpenCollection collection, long number) {
    try {
      StoredCollection now = collection.stored();
      int version = repository.find(number).map(FittedCalibration::version).orElse(0) + 1;
      long start = System.nanoTime();
      FittedCalibration made = fit.fit(now, collection.searched().generation(), version);
      collection.exclusively(() -> { // unless it was dropped meanwhile
        repository.put(made);
        fitted.put(number, made);
      });
      log.info(
          "collection '{}' is calibrated on {} samples, in {} ms",
          now.name(),
          made.samples(),
          (System.nanoTime() - start) / 1_000_000);
      return made;
    } catch (RuntimeException e) {
      if (!collection.isDropped()) {
        log.warn("collection '{}' is not calibrated", collection.stored().name(), e);
      }
      throw e;
    } finally {
      running.remove(number);
    }
  }

  @Override
  public void forget(long collection) {
    fitted.remove(collection);
  }

  @Override
  public void close() {
    fitting.shutdownNow();
  }
}
