package io.braid.evaluation;

import io.braid.encoder.Embedding;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Vector;
import io.braid.metrics.Embeddings;
import io.braid.modality.IntVector;
import io.braid.modality.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Embeds samples of an evaluation, a few at a time, and tells how far it is. */
final class SampleEmbedder {
  /** Samples of one call. */
  private static final int AT_ONCE = 64;

  /** Embeds samples; the same samples, in the same calls, give the same bits. */
  interface Compute {
    List<Embedding> embed(List<Sample> samples, Set<Output> outputs);
  }

  /** Told how far it is; may end it. */
  interface Progress {
    /**
     * @param done samples embedded so far
     * @throws CancellationException where it is to end
     */
    void at(long done, long total);
  }

  private final EvaluationSamples samples;
  private final EncoderConfig encoder;
  private final Compute compute;
  private final Progress progress;
  private final long total;
  private long done;

  /**
   * @param total samples that are going to be embedded, each as often as it is
   */
  SampleEmbedder(
      EvaluationSamples samples,
      EncoderConfig encoder,
      Compute compute,
      Progress progress,
      long total) {
    this.samples = samples;
    this.encoder = encoder;
    this.compute = compute;
    this.progress = progress;
    this.total = total;
  }

  /** To be called now and then by whatever takes long: it ends here where it is to end. */
  void look() {
    progress.at(done, total);
  }

  /** Embeds each sample, cut down to some modalities, in turn. */
  void each(
      IntVector of, List<String> modalities, Set<Output> outputs, Consumer<Embedding> taking) {
    for (int from = 0; from < of.size(); from += AT_ONCE) {
      List<Sample> some =
          IntStream.range(from, Math.min(of.size(), from + AT_ONCE))
              .mapToObj(i -> samples.sample(of.get(i), modalities))
              .toList();
      compute.embed(some, outputs).forEach(taking);
      done += some.size();
      look();
    }
  }

  /** Fusions of samples, cut down to some modalities. */
  Embeddings fusions(IntVector of, List<String> modalities) {
    var fusions = new ArrayList<Vector>();
    each(
        of,
        modalities,
        Set.of(Output.FUSION),
        embedding -> fusions.add(embedding.fusion().orElseThrow()));
    return unit(fusions);
  }

  /** Vectors as rows at unit length. */
  Embeddings unit(List<Vector> vectors) {
    return Embeddings.of(encoder.embeddingDim(), vectors.stream().map(Vector::toArray).toList())
        .unit();
  }
}
