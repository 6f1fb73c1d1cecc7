package io.braid.benchmark;

import io.braid.encoder.Encoder;
import io.braid.encoder.EncoderConfig;
import io.braid.encoder.Output;
import io.braid.encoder.Precision;
import io.braid.encoder.RandomSamples;
import io.braid.modality.Modality;
import io.braid.modality.ModalitySchema;
import io.braid.modality.Sample;
import io.braid.model.ModelConfigReader;
import io.braid.plain.RandomWeights;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What it costs to explain an embedding: a fusion with those of all subsets of its modalities,
 * beside the fusion alone, in turn, on the CPU, for the paper's TCGA set-up and for the demo, each
 * also with two tables more.
 *
 * <p>Arguments: pairs of passes (9).
 */
final class AttributionBenchmark {
  private AttributionBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
    System.out.println("| network | modalities | samples | fusion ms | with subsets ms | times |");
    System.out.println("|---|---|---|---|---|---|");
    EncoderConfig demo = demo();
    row("TCGA", TcgaBatch.CONFIG, 4, pairs);
    row("TCGA and two", withTwoMore(TcgaBatch.CONFIG, 400), 4, pairs);
    row("demo", demo, 1, 20 * pairs);
    row("demo", demo, 16, 20 * pairs);
    row("demo and two", withTwoMore(demo, 32), 1, 20 * pairs);
    row("demo and two", withTwoMore(demo, 32), 16, 20 * pairs);
  }

  private static EncoderConfig demo() throws IOException {
    try (InputStream yaml =
        AttributionBenchmark.class.getResourceAsStream("/models/demo/config.yaml")) {
      return ModelConfigReader.stored(new YAMLMapper().readTree(yaml).toString()).encoder();
    }
  }

  /** The same network with two tables more, and channels of all of them, three and two. */
  private static EncoderConfig withTwoMore(EncoderConfig config, int columns) {
    var modalities = new ArrayList<Modality>(config.schema().modalities());
    modalities.add(new Modality.Tabular("fifth", Modality.unnamed(columns), 100));
    modalities.add(new Modality.Tabular("sixth", Modality.unnamed(columns), 100));
    int n = modalities.size();
    int channels = 1 + n * (n - 1) * (n - 2) / 6 + n * (n - 1) / 2;
    return new EncoderConfig(
        config.architecture(),
        config.embeddingDim(),
        config.layers(),
        config.heads(),
        config.headDim(),
        config.feedForwardMultiplier(),
        config.fusionTokensPerChannel() * channels,
        List.of(n, 3, 2),
        new ModalitySchema(modalities));
  }

  private static void row(String name, EncoderConfig config, int size, int pairs)
      throws IOException {
    Path file = Files.createTempFile("weights", ".safetensors");
    var random = new RandomSamples(config.schema(), 1);
    List<Sample> samples = IntStream.range(0, size).mapToObj(_ -> random.complete()).toList();
    var plain = new double[pairs];
    var explained = new double[pairs];
    try (Safetensors checkpoint = RandomWeights.write(config, 7, file);
        Encoder encoder = Encoder.load(config, checkpoint, Device.CPU, Precision.FP32)) {
      for (int i = -3; i < pairs; i++) { // the first ones warm up
        double one = millis(encoder, samples, EnumSet.of(Output.FUSION));
        double all = millis(encoder, samples, EnumSet.of(Output.FUSION, Output.SUBSETS));
        if (i >= 0) {
          plain[i] = one;
          explained[i] = all;
        }
      }
    } finally {
      Files.delete(file);
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %d | %.1f | %.1f | %.2f |%n",
        name,
        config.schema().size(),
        size,
        Median.of(plain),
        Median.of(explained),
        Median.of(explained) / Median.of(plain));
  }

  /** Of a pass and, where there are subsets, the shares of each sample. */
  private static double millis(Encoder encoder, List<Sample> samples, Set<Output> outputs) {
    long start = System.nanoTime();
    encoder
        .encode(samples, outputs)
        .forEach(embedding -> embedding.subsets().ifPresent(subsets -> subsets.sharesOfShift()));
    return (System.nanoTime() - start) / 1e6;
  }
}
