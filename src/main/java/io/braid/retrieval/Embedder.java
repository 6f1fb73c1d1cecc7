package io.braid.retrieval;

import io.braid.embedding.EmbeddingService;
import io.braid.encoder.Embedding;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.modality.Modalities;
import io.braid.modality.Sample;
import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Makes of items what a collection stores and searches of them. */
@Component
class Embedder {
  /** Computes embeddings, after a wait of its own kind. */
  interface Compute {
    List<Embedding> embed(ModelVersion version, List<Sample> samples, Set<Output> outputs);
  }

  static final String NOT_FINITE = "%s makes an embedding of it that is not finite";

  private final ModelService models;

  /** As soon as it is the turn of this work, which no client watches with a clock. */
  private final Compute inTurn;

  Embedder(EmbeddingService embeddings, ModelService models) {
    this.models = models;
    this.inTurn = embeddings::embedInTurn;
  }

  Compute inTurn() {
    return inTurn;
  }

  /**
   * What a version makes of items, one each, in order.
   *
   * @throws BraidException {@code INVALID} with each item that the version cannot embed; {@code
   *     CONFLICT} where one came as another version's embedding
   */
  List<Embedded> embed(
      ModelVersion version, Set<Output> keep, List<NewItem> items, Compute compute) {
    var embedded = new Embedded[items.size()];
    var samples = new ArrayList<Sample>();
    var places = new ArrayList<Integer>(); // of the samples among the items
    var faults = new ArrayList<Fault>();
    for (int i = 0; i < embedded.length; i++) {
      NewItem item = items.get(i);
      switch (item.content()) {
        case NewItem.OfVector vector -> embedded[i] = embedded(version, item, vector);
        case NewItem.Raw _, NewItem.OfSample _ -> {
          Optional<Modalities> read = read(version, keep, item, faults);
          if (read.isPresent()) {
            samples.add(new Sample(Optional.empty(), read.get().present(), List.of()));
            places.add(i);
          }
        }
      }
    }
    BraidException.refuse(faults);
    List<Embedding> embeddings =
        samples.isEmpty() ? List.of() : compute.embed(version, samples, keep);
    for (int s = 0; s < samples.size(); s++) {
      int i = places.get(s);
      List<String> present = List.copyOf(samples.get(s).modalities().keySet());
      embedded[i] = Embedded.of(present, embeddings.get(s), keep);
      if (!embedded[i].isFinite()) {
        faults.add(new Fault(items.get(i).at(), NOT_FINITE.formatted(version)));
      }
    }
    BraidException.refuse(faults);
    return List.of(embedded);
  }

  private static Embedded embedded(ModelVersion version, NewItem item, NewItem.OfVector vector) {
    if (!vector.by().equals(version)) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "item '%s' comes as an embedding, which %s cannot embed: while the collection is re-indexed, give modalities"
              .formatted(item.id(), version));
    }
    return new Embedded(vector.present(), Map.of(Embedded.FUSION, vector.vector()));
  }

  /** What a version reads of an item's sample. */
  private Optional<Modalities> read(
      ModelVersion version, Set<Output> keep, NewItem item, List<Fault> faults) {
    if (item.content() instanceof NewItem.OfSample sample && sample.by().equals(version)) {
      return Optional.of(sample.read());
    }
    String at = item.at();
    Optional<Modalities> read =
        item.item().sample().flatMap(raw -> raw.read(models.reader(version), at, faults));
    Optional<String> misfit = read.flatMap(modalities -> misfit(version, keep, modalities));
    misfit.ifPresent(detail -> faults.add(new Fault(at, detail)));
    return misfit.isPresent() ? Optional.empty() : read;
  }

  /** Why a version makes no embedding of a sample that a collection could keep, if that is so. */
  static Optional<String> misfit(ModelVersion version, Set<Output> keep, Modalities read) {
    EncoderConfig encoder = version.config().encoder();
    Set<String> present = read.present().keySet();
    if (present.isEmpty()) {
      return Optional.of(
          "no modality is present, give at least one of "
              + String.join(", ", encoder.schema().names()));
    }
    return keep.contains(Output.FUSION) && !encoder.fuses(present)
        ? Optional.of("the fusion of %s rests on none of %s".formatted(version, present))
        : Optional.empty();
  }
}
