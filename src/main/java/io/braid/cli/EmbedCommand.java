package io.braid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Embeds samples from files. */
@CommandLine.Command(
    name = "embed",
    header = "Embed the samples of files.",
    description = {
      "",
      "The files are those of a dataset, named after modalities and joined by id, or one .ndjson"
          + " with a sample a line. Vectors are of unit length. Written are the id, the modalities"
          + " that are present, and the numbers."
    },
    footer = {
      "",
      "Examples:",
      "  embed --model patients -o embeddings.csv gene.csv motion.csv",
      "  embed --model demo --outputs fusion,unimodal -o embeddings.ndjson samples.ndjson"
    })
final class EmbedCommand extends Command {
  private static final int MAX_WARNINGS = 5;

  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--outputs",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "fusion",
      description = "Some of fusion, unimodal, channels (default: ${DEFAULT-VALUE}).")
  private List<String> outputs = List.of("fusion");

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "File that ends with .csv, .ndjson or .jsonl (default: CSV to stdout).")
  private Optional<Path> out = Optional.empty();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files, or folders of files.")
  private List<Path> files = List.of();

  EmbedCommand(ServiceStarter starter, Screen screen) {
    super(starter, screen);
  }

  @Override
  public Integer call() {
    out.ifPresent(file -> {
      if (!SampleFiles.isLines(file)
          && !file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
        throw CommandFailure.usage("-o %s: expected .csv, .ndjson or .jsonl".formatted(file));
      }
      if (!Files.isDirectory(file.toAbsolutePath().resolveSibling(""))) {
        throw CommandFailure.usage("-o %s: there is no such folder".formatted(file));
      }
    });
    SampleFiles given = SampleFiles.of(files);
    try (Session session = open()) {
      ChosenVersion chosen = ChosenVersion.of(session.client(), model);
      try (Samples samples = given.open(chosen)) {
        embed(session.client(), chosen.number(), samples);
      } catch (CommandFailure e) {
        throw chosen.refused(e);
      }
      return 0;
    }
  }

  private void embed(Client client, int number, Samples samples) {
    Optional<Path> part = out.map(file -> file.resolveSibling(file.getFileName() + ".part"));
    var told = new Warnings();
    long embedded;
    try {
      try (EmbeddingWriter writer = writer(part);
          Progress progress = progress(samples.count())) {
        String path =
            "/v1/models/%s/embed?version=%d".formatted(Client.segment(model.name()), number);
        embedded =
            new SampleRequests(client, path, "samples", choices())
                .run(
                    samples,
                    answer -> {
                      for (JsonNode embedding : answer.path("embeddings")) {
                        writer.write(embedding, answer.path("dimension").asInt());
                        told.take(embedding);
                      }
                    },
                    done -> progress.at(done, ""));
      }
      if (part.isPresent() && out.isPresent()) {
        Files.move(part.get(), out.get(), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      part.ifPresent(EmbedCommand::remove);
    }
    told.tell();
    tell(embedded, number);
  }

  private ObjectNode choices() {
    ObjectNode choices = Client.JSON.createObjectNode();
    outputs.forEach(choices.putArray("outputs")::add);
    return choices.put("encoding", "base64");
  }

  private static void remove(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Vectors on the screen leave no room for a bar. */
  private Progress progress(long total) {
    Screen screen = out.isPresent() ? screen() : screen().withoutBars();
    return screen.progress("Embedding", Unit.of("samples"), total);
  }

  private EmbeddingWriter writer(Optional<Path> part) throws IOException {
    Writer to =
        part.isPresent()
            ? Files.newBufferedWriter(part.get())
            : new BufferedWriter(new OutputStreamWriter(new Unclosed(screen().out()), UTF_8));
    return out.map(SampleFiles::isLines).orElse(isJson())
        ? EmbeddingWriter.ndjson(to)
        : EmbeddingWriter.csv(to, outputs.equals(List.of("fusion")));
  }

  /** What is written to the end of it, and left open: it is the process's. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(java.io.OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  private void tell(long embedded, int number) {
    if (isJson() && out.isPresent()) {
      ObjectNode told = Client.JSON.createObjectNode();
      told.put("model", model.name()).put("version", number).put("samples", embedded);
      screen().out().println(told.put("file", out.get().toString()));
    } else if (out.isPresent()) {
      screen()
          .say(
              "%d samples were embedded by version %d of %s; they are in %s"
                  .formatted(embedded, number, model.name(), out.get()));
    }
  }

  /** What was cut or left out, told at the end. */
  private final class Warnings {
    private int samples;
    private final List<String> first = new java.util.ArrayList<>();

    void take(JsonNode embedding) {
      JsonNode warnings = embedding.path("warnings");
      samples += warnings.isEmpty() ? 0 : 1;
      if (!warnings.isEmpty() && first.size() < MAX_WARNINGS) {
        first.add(
            "  %s: %s".formatted(embedding.path("id").asString(""), warnings.get(0).asString()));
      }
    }

    void tell() {
      if (samples > 0) {
        screen().say("warning: something of %d samples was cut or left out:".formatted(samples));
        first.forEach(line -> screen().say(line));
      }
    }
  }
}
