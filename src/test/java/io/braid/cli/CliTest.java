package io.braid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands as they are typed, with a service that runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CliTest {
  private static final List<String> SMALL =
      List.of(
          "--set=epochs=2",
          "--set=batch_size=8",
          "--set=network={\"embedding_dim\": 8, \"layers\": 1, \"heads\": 1, \"head_dim\": 8}");

  private final ServiceProcess service = ServiceProcess.start();

  @TempDir private Path folder;

  @AfterAll
  void close() {
    service.close();
  }

  /** What a command wrote, and how it ended. */
  private record Ran(int exitCode, String out, String err) {}

  private Ran run(Object... arguments) {
    var typed = new ArrayList<String>();
    for (Object argument : arguments) {
      typed.add(argument.toString());
    }
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var screen =
        new Screen(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            OptionalInt.empty());
    ServiceStarter starter =
        _ -> {
          throw new AssertionError("the command has a server");
        };
    int exitCode = new Cli(starter, screen).run(typed);
    return new Ran(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }

  private String server() {
    return "--server=" + service.address();
  }

  private Ran train(String model, TinyFiles files, Object... more) {
    var arguments =
        new ArrayList<Object>(
            List.of("train", server(), "--model", model, files.gene(), files.motion()));
    arguments.addAll(SMALL);
    arguments.addAll(List.of(more));
    return run(arguments.toArray());
  }

  @Test
  void filesBecomeAModelThatIsMeasuredAndEmbeds() throws IOException {
    TinyFiles files = new TinyFiles(folder).write(30);
    Ran trained = train("typed", files, files.labels());
    assertThat(trained.exitCode()).as("%s", trained).isZero();
    assertThat(trained.err())
        .contains("{name: motion, type: sequence}", "30 samples (gene 20, motion 20)", "steps/s");
    assertThat(trained.out()).contains("Model typed has version 1", "recall@1", "gene", "mean");

    Ran measured =
        run("evaluate", server(), "--model=typed", files.gene(), files.motion(), files.labels());
    assertThat(measured.exitCode()).as("%s", measured).isZero();
    assertThat(measured.out()).contains("on the test split", "median rank", "kind", "age");

    Path csv = folder.resolve("out/embeddings.csv");
    Files.createDirectories(csv.getParent());
    Ran embedded = run("embed", server(), "--model=typed", "-o", csv, files.motion(), files.gene());
    assertThat(embedded.exitCode()).as("%s", embedded).isZero();
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(31);
    assertThat(lines.getFirst()).isEqualTo("id,present,0,1,2,3,4,5,6,7");
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).startsWith("p0,gene+motion,"))
        .anySatisfy(line -> assertThat(line).startsWith("p1,motion,"))
        .anySatisfy(line -> assertThat(line).startsWith("p2,gene,"));
    assertThat(folder.resolve("out")).isDirectoryContaining("glob:**.csv");
    try (var left = Files.list(folder.resolve("out"))) {
      assertThat(left).containsExactly(csv);
    }
  }

  @Test
  void aVersionThatIsNotTheDefaultIsNamedInWhatComesNext() throws IOException {
    TinyFiles files = new TinyFiles(folder).write(12);
    Path steps = Files.copy(files.motion(), folder.resolve("steps.csv"));
    var first =
        new ArrayList<Object>(List.of("train", server(), "--model=grown", files.gene(), steps));
    first.addAll(SMALL);
    Ran trained = run(first.toArray());
    assertThat(trained.exitCode()).as("%s", trained).isZero();
    assertThat(trained.out()).doesNotContain("--version", "default");
    Ran again = train("grown", files, "--dataset=grown-more");
    assertThat(again.exitCode()).as("%s", again).isZero();
    assertThat(again.out())
        .contains(
            "Version 1 stays the default",
            "curl -X PUT %sv1/models/grown/default".formatted(service.address()),
            "-d '{\"version\": 2}'",
            "evaluate --model grown --version 2 --dataset grown-more",
            "embed --model grown --version 2 -o");

    Ran embedded = run("embed", server(), "--model=grown", files.gene(), files.motion());
    assertThat(embedded.exitCode()).isEqualTo(1);
    assertThat(embedded.err())
        .contains(
            "version 1 of model 'grown' has no modality 'motion'; it has gene, steps",
            "all of gene, motion has --version 2");
    Path lines = folder.resolve("grown.ndjson");
    Files.writeString(lines, "{\"id\": \"a\", \"modalities\": {\"motion\": [[1, 2]]}}\n");
    assertThat(run("embed", server(), "--model=grown", lines).err())
        .contains("unknown modality", "asked was version 1", "there is also version 2");
    Ran measured = run("evaluate", server(), "--model=grown", files.motion());
    assertThat(measured.exitCode()).isEqualTo(1);
    assertThat(measured.err()).contains("asked was version 1", "there is also version 2");
    assertThat(run("evaluate", server(), "--model=grown", "--version=3", "grown").err())
        .contains("model 'grown' has no version 3; it has 1, 2");
  }

  @Test
  void aKeyIsSeenOnceAndItsHashIsKept() throws IOException {
    Path file = folder.resolve("keys.yaml");
    Ran made = run("key", "lab", "--role=write", "--requests-per-second=5", "--file", file);
    assertThat(made.exitCode()).as("%s", made).isZero();
    assertThat(made.out()).matches("braid_[\\w-]{27}\\n");
    assertThat(Files.readString(file))
        .startsWith("keys:\n  - {name: \"lab\", role: write, sha256: \"")
        .endsWith("\", requests_per_second: 5}\n")
        .doesNotContain(made.out().strip());
    Ran again = run("key", "lab", "--role=read", "--file", file);
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("/keys/1/name: 'lab' is there twice");
    Ran shown = run("key", "other", "--role=read");
    assertThat(shown.err()).contains("- {name: \"other\", role: read, sha256: \"");
    Ran unknown = run("key", "other", "--role=reader");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err())
        .contains("'reader'")
        .containsIgnoringCase("[read, write, train, admin]");
  }

  @Test
  void whatIsEmbeddedIsWhatTheServiceAnswers() throws IOException {
    String sample =
        "{\"id\": \"a\", \"modalities\": {\"protein\": {\"EGFR\": 0.4, \"TP53\": -0.7}}}";
    Path lines = folder.resolve("samples.ndjson");
    Files.writeString(lines, sample + "\n\n" + sample.replace("\"a\"", "\"b\"") + "\n");
    Ran embedded =
        run("embed", server(), "--model=demo", "--json", "--outputs=fusion,unimodal", lines);
    assertThat(embedded.exitCode()).as("%s", embedded).isZero();
    List<String> rows = embedded.out().lines().toList();
    assertThat(rows).hasSize(2);
    JsonNode row = Client.JSON.readTree(rows.getFirst());
    JsonNode answer =
        new Client(service.address(), "", Optional.empty())
            .post(
                "/v1/models/demo/embed",
                Client.JSON.readTree(
                    "{\"samples\": [%s], \"outputs\": [\"fusion\", \"unimodal\"]}"
                        .formatted(sample)));
    JsonNode expected = answer.path("embeddings").path(0);
    assertThat(row.path("present")).isEqualTo(expected.path("present"));
    for (int i = 0; i < 64; i++) {
      assertThat(row.path("fusion").path(i).floatValue())
          .isCloseTo(expected.path("fusion").path(i).floatValue(), within(1e-5f));
    }
    assertThat(row.path("unimodal").path("protein")).hasSize(64);
  }

  @Test
  void filesBecomeACollectionThatIsSearched() throws IOException {
    Path lines = folder.resolve("items.ndjson");
    Files.writeString(
        lines,
        """
        {"id": "a", "modalities": {"protein": {"EGFR": 0.4}}, "metadata": {"site": "lung"}}
        {"id": "b", "modalities": {"mirna": {"3": 2.0}}}
        """);
    Ran stored = run("store", server(), "--model=demo", "--collection=of-lines", lines);
    assertThat(stored.exitCode()).as("%s", stored).isZero();
    assertThat(stored.out())
        .contains("2 samples are stored; collection 'of-lines' has 2 items.")
        .contains("v1/collections/of-lines/search")
        .contains("{\"query\":{\"item\":\"a\"},\"k\":5}");

    Files.writeString(lines, "{\"id\": \"c\", \"modalities\": {\"mirna\": {\"3\": 2.0}}}\n");
    Path embeddings = folder.resolve("embeddings.ndjson");
    assertThat(run("embed", server(), "--model=demo", "-o", embeddings, lines).exitCode()).isZero();
    Ran again = run("store", server(), "--model=demo", "--collection=of-lines", embeddings);
    assertThat(again.out()).contains("1 samples are stored; collection 'of-lines' has 3 items.");
    var client = new Client(service.address(), "", Optional.empty());
    JsonNode hits =
        client
            .post(
                "/v1/collections/of-lines/search",
                Client.JSON.readTree("{\"query\": {\"item\": \"c\"}, \"k\": 2}"))
            .at("/results/0/hits");
    assertThat(hits.valueStream().map(hit -> hit.path("id").asString())).contains("b");
    assertThat(client.get("/v1/collections/of-lines/items/a").at("/metadata/site").asString())
        .isEqualTo("lung");

    Ran other =
        run("store", server(), "--model=demo", "--version=7", "--collection=of-lines", lines);
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err())
        .contains("collection 'of-lines' is bound to version 1 of model 'demo'")
        .contains("--collection");
  }

  @Test
  void labelsAreTheMetadataOfWhatIsStored() throws IOException {
    TinyFiles files = new TinyFiles(folder).write(9);
    assertThat(train("labelled", files).exitCode()).isZero();
    Ran stored =
        run(
            "store",
            server(),
            "--json",
            "--model=labelled",
            files.gene(),
            files.motion(),
            files.labels());
    assertThat(stored.exitCode()).as("%s", stored).isZero();
    assertThat(Client.JSON.readTree(stored.out()).path("stored").asInt()).isEqualTo(9);
    JsonNode item =
        new Client(service.address(), "", Optional.empty())
            .get("/v1/collections/labelled/items/p1");
    assertThat(item.path("present").valueStream().map(JsonNode::asString))
        .containsExactly("motion");
    assertThat(item.at("/metadata/kind").asString()).isIn("up", "down");
    assertThat(item.at("/metadata/age").isNumber()).isTrue();
  }

  @Test
  void severalVectorsOfASampleAreRowsOfTheirOwn() throws IOException {
    Path lines = folder.resolve("samples.jsonl");
    Files.writeString(lines, "{\"id\": \"a, b\", \"modalities\": {\"mirna\": {\"3\": 2.0}}}\n");
    Ran embedded =
        run("embed", server(), "--model=demo", "--outputs=fusion,unimodal,channels", lines);
    assertThat(embedded.exitCode()).as("%s", embedded).isZero();
    assertThat(embedded.out().lines()).first().asString().startsWith("id,present,embedding,0,1,2");
    assertThat(embedded.out())
        .contains("\"a, b\",mirna,fusion,", "\"a, b\",mirna,mirna,", "mirna,channel:");
  }

  @Test
  void aFaultInAFileIsToldByLineAndColumn() throws IOException {
    TinyFiles files = new TinyFiles(folder).write(6);
    Files.writeString(files.gene(), "id,EGFR,TP53\np0,0.1,0.2\np2,0.3,4x\n");
    Ran trained = train("faulty", files);
    assertThat(trained.exitCode()).isEqualTo(1);
    assertThat(trained.err()).contains("gene: line 3, column 'TP53': '4x' is not a number");
    Ran embedded =
        run(
            "embed",
            server(),
            "--model=demo",
            folder.resolve("gene.csv"),
            "-o",
            folder.resolve("a.csv"));
    assertThat(embedded.exitCode()).isEqualTo(1);
    assertThat(embedded.err()).contains("gene: line 1: 2 columns, the model has 64");
  }

  @Test
  void aFaultThatTheServiceFindsIsToldBySample() throws IOException {
    Path table = folder.resolve("protein.csv");
    Path config = Path.of("models/demo/config.yaml");
    var columns = new ArrayList<String>();
    new tools.jackson.dataformat.yaml.YAMLMapper()
        .readTree(config.toFile())
        .path("modalities")
        .path(1)
        .path("columns")
        .forEach(column -> columns.add(column.asString()));
    String zeros = ",0".repeat(columns.size() - 1);
    Files.writeString(
        table, "id,%s\na,1%s\nb,1e99%s\n".formatted(String.join(",", columns), zeros, zeros));
    Ran embedded = run("embed", server(), "--model=demo", table);
    assertThat(embedded.exitCode()).isEqualTo(1);
    assertThat(embedded.err()).contains("protein: line 3, 'b'");
  }

  @Test
  void aRefusedJobTellsEveryFault() {
    Ran trained = run("train", server(), "--dataset=none", "--set=epochs=0", "--set=epohcs=3");
    assertThat(trained.exitCode()).isEqualTo(1);
    assertThat(trained.err())
        .contains("error: Readable, but invalid", "there is no dataset 'none'", "epohcs");
  }

  @Test
  void checkpointsAreImported() {
    Ran imported =
        run(
            "import",
            server(),
            "--model=brought",
            "--config=models/demo/config.yaml",
            "models/demo/model.safetensors",
            "--json");
    assertThat(imported.exitCode()).as("%s", imported).isZero();
    assertThat(Client.JSON.readTree(imported.out()).path("version").asInt()).isEqualTo(1);
  }

  @Test
  void whatIsNotUnderstoodIsCodeTwo() {
    for (List<String> typed :
        List.of(
            List.of("trian"),
            List.of("train"),
            List.of("train", "--modle=x"),
            List.of("train", "none.csv"),
            List.of("embed", "--model=demo"),
            List.of("embed", "--model=demo", "-o", "a.txt", "pom.xml"),
            List.of("embed", "--model=demo", "-o", "none/a.csv", "pom.xml"),
            List.of("evaluate", "--model=demo", "--server=:", "demo"),
            List.of("evaluate", "--model=demo", "--dataset=demo", "demo"),
            List.of("evaluate", "--model=demo"),
            List.of("import", "--model=demo", "--config=none.yaml", "pom.xml"),
            List.of("synthesize"),
            List.of("synthesize", folder.toString(), "--samples=0"),
            List.of("synthesize", folder.toString(), "--samples=many"))) {
      Ran ran = run(typed.toArray());
      assertThat(ran.exitCode()).as("%s: %s", typed, ran).isEqualTo(2);
      assertThat(ran.err()).contains("error: ", "--help").doesNotContain("Exception");
    }
  }

  @Test
  void aFolderInUseIsToldOfWithTheWayOut() throws Exception {
    var command =
        CommandProcess.start(
            folder, "evaluate", "--model=demo", "--data-dir=" + service.folder(), "demo");
    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.told())
        .contains("in use by another Braid", "--server http://localhost:8080")
        .doesNotContain("APPLICATION FAILED", "at io.braid");
  }

  @Test
  void everyCommandHasHelp() {
    assertThat(run("--help").out()).contains("train", "Exit codes");
    for (String command : List.of("train", "evaluate", "import", "embed", "synthesize")) {
      Ran help = run(command, "--help");
      assertThat(help.exitCode()).isZero();
      assertThat(help.out()).contains("Usage: java -jar braid.jar " + command, "Example");
    }
  }

  @Test
  void settingsOfTheServiceAreNoCommands() {
    assertThat(Cli.isCommand(List.of())).isFalse();
    assertThat(Cli.isCommand(List.of("--server.port=8090"))).isFalse();
    assertThat(Cli.isCommand(List.of("--spring.config.location=a", "train"))).isFalse();
    assertThat(Cli.isCommand(List.of("train"))).isTrue();
    assertThat(Cli.isCommand(List.of("--help"))).isTrue();
  }
}
