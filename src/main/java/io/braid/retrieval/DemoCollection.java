package io.braid.retrieval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.braid.config.BraidProperties;
import io.braid.dataset.SyntheticDataset;
import io.braid.modality.RawSample;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.store.DataFolder;
import io.braid.store.DurableFiles;
import io.braid.store.Replicas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Makes the collection {@code demo} where there is none, before the first request is taken, and
 * fills it with made-up patients afterwards, so that every example of a search can be run as it is.
 * A file in the data folder names the collection until it is full, so that a start that was cut off
 * is gone on with, and nobody else's collection of that name is filled.
 */
@Component
@DependsOn("demoModel")
class DemoCollection implements SmartInitializingSingleton, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DemoCollection.class);
  private static final String NAME = "demo";
  private static final int AT_ONCE = 64;

  /** Probability with which a patient lacks a modality. */
  private static final double SPARSITY = 0.3;

  private final CollectionService service;
  private final OpenCollections collections;
  private final Items items;
  private final Embedder embedder;
  private final int size;

  /** Holds the number of the collection until it is full. */
  private final Path unfilled;

  private final Replicas replicas;
  private volatile boolean isClosing;

  DemoCollection(
      CollectionService service,
      OpenCollections collections,
      Items items,
      Embedder embedder,
      DataFolder data,
      Replicas replicas,
      BraidProperties properties) {
    this.unfilled = data.file("demo-unfilled");
    this.service = service;
    this.replicas = replicas;
    this.collections = collections;
    this.items = items;
    this.embedder = embedder;
    this.size = properties.demoItems();
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (size > 0 && replicas.isLeader() && collections.findAny(NAME).isEmpty()) {
      var wish =
          new CollectionService.Wish(NAME, Optional.of(1), Optional.empty(), Optional.empty());
      OpenCollection made = service.put(NAME, wish).collection();
      DurableFiles.write(unfilled, Long.toString(made.stored().number()).getBytes(UTF_8));
    }
  }

  @EventListener(ApplicationReadyEvent.class)
  void fillInBackground() {
    if (replicas.isLeader() && Files.exists(unfilled)) {
      Thread.ofPlatform().daemon().name("fill-demo").start(this::fill);
    }
  }

  private void fill() {
    try {
      OpenCollection demo = collections.find(NAME);
      if (!Files.readString(unfilled).equals(Long.toString(demo.stored().number()))) {
        DurableFiles.delete(unfilled); // it was dropped, and this is another
        return;
      }
      var patients = new SyntheticDataset(2);
      for (int from = 0; from < size && !isClosing; from += AT_ONCE) {
        List<NewItem> some =
            patients.post(from, Math.min(AT_ONCE, size - from), SPARSITY).stream()
                .map(DemoCollection::item)
                .toList();
        if (demo.stored().items() >= from + some.size()) {
          continue; // by a start that was cut off
        }
        put(demo, some);
      }
      if (!isClosing) {
        DurableFiles.delete(unfilled);
        log.info("collection '{}' holds {} made-up patients", NAME, size);
      }
    } catch (BraidException | IOException e) {
      log.info("collection '{}' is not filled: {}", NAME, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As soon as there is room on a device. */
  private void put(OpenCollection demo, List<NewItem> some) throws InterruptedException {
    while (!isClosing) {
      try {
        items.put(demo, some, embedder.inTurn(), () -> {});
        return;
      } catch (BraidException e) {
        if (e.kind() != ProblemKind.BUSY) {
          throw e;
        }
        Thread.sleep(e.retryAfter());
      }
    }
  }

  private static NewItem item(SyntheticDataset.Posted posted) {
    return new NewItem(
        posted.id(),
        "",
        Json.MAPPER.writeValueAsString(posted.metadata()),
        new NewItem.Raw(RawSample.of(Json.MAPPER.valueToTree(posted.modalities()))));
  }

  @Override
  public void close() {
    isClosing = true;
  }
}
