package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import io.braid.dataset.DatasetService;
import io.braid.dataset.StoredDataset;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Datasets come, are looked at, replaced and deleted over HTTP. */
class DatasetsTest extends ApiTest {
  private static final Part SCHEMA =
      Part.schema(
          """
          modalities:
            - {name: gene, type: tabular}
            - {name: steps, type: sequence}
          labels:
            - {name: kind, type: classification}
            - {name: age, type: regression}
          """);
  private static final Part GENE = Part.csv("gene", "id,A,B\na,1,2\nb,3,\nc,,\n");
  private static final Part STEPS = Part.csv("steps", "id,t,c0\nd,0,1\nd,1,2\n");
  private static final Part LABELS =
      Part.csv("labels", "id,kind,age,split\na,x,40,train\nb,y,,test\nd,x,50,train\n");

  @Autowired private DatasetService datasets;

  private Answer put(String name) {
    return api().putDataset(name, SCHEMA, GENE, STEPS, LABELS);
  }

  @Test
  void aDatasetIsStoredDescribedReplacedAndDeleted() throws IOException {
    Answer created = put("whole");
    assertThat(created.status()).as("%s", created).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo("/v1/datasets/whole");
    assertThat(created.body())
        .isEqualTo(
            Api.JSON_MAPPER.readTree(
                """
                {"name": "whole", "samples": 4, "modal_sparsity": 0.625,
                 "modalities": [
                   {"name": "gene", "type": "tabular", "columns": 2, "present": 2},
                   {"name": "steps", "type": "sequence", "columns": 1, "present": 1}],
                 "labels": ["kind", "age"], "splits": {"train": 2, "test": 1}}
                """));
    assertThat(api().get("/v1/datasets/whole").body()).isEqualTo(created.body());
    Answer cbor = api().get("/v1/datasets/whole", "Accept", Api.CBOR);
    assertThat(cbor.type()).isEqualTo(Api.CBOR);
    assertThat(cbor.body().path("samples").asInt()).isEqualTo(4);

    Path before = datasets.folder(datasets.find("whole").contentSha256());
    assertThat(put("whole").status()).isEqualTo(200);
    assertThat(before).as("the same content again").exists();

    Answer replaced =
        api()
            .putDataset(
                "whole",
                Part.schema("modalities: [{name: gene, type: tabular}]"),
                Part.csv("gene", "id,A\na,1\nb,2\n"));
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.body().path("samples").asInt()).isEqualTo(2);
    assertThat(replaced.body().path("labels")).isEmpty();
    assertThat(replaced.body().path("splits").toString()).isEqualTo("{\"train\":1,\"test\":1}");
    assertThat(before).as("the content before").doesNotExist();

    Path after = datasets.folder(datasets.find("whole").contentSha256());
    try (var files = Files.list(after)) {
      assertThat(files).hasSize(6);
    }
    assertThat(api().delete("/v1/datasets/whole").status()).isEqualTo(204);
    assertThat(after).doesNotExist();
    assertProblem(api().get("/v1/datasets/whole"), 404);
    assertProblem(api().delete("/v1/datasets/whole"), 404);
  }

  @Test
  void namesWithTheSameContentShareIt() {
    put("one");
    put("two");
    assertThat(datasets.find("one").contentSha256())
        .isEqualTo(datasets.find("two").contentSha256());
    assertThat(api().delete("/v1/datasets/one").status()).isEqualTo(204);
    try (StoredDataset two =
        StoredDataset.open(datasets.folder(datasets.find("two").contentSha256()))) {
      assertThat(two.size()).isEqualTo(4);
      assertThat(two.ids()).containsExactly("a", "b", "c", "d");
    }
    assertThat(api().delete("/v1/datasets/two").status()).isEqualTo(204);
  }

  @Test
  void whatAJobUsesStaysAsItIs() {
    put("used");
    UsedDatasets.NAMES.add("used");
    try {
      assertProblem(put("used"), 409);
      assertProblem(api().delete("/v1/datasets/used"), 409);
      assertThat(api().get("/v1/datasets/used").status()).isEqualTo(200);
    } finally {
      UsedDatasets.NAMES.remove("used");
    }
    assertThat(put("used").status()).isEqualTo(200);
    assertThat(api().delete("/v1/datasets/used").status()).isEqualTo(204);
  }

  @Test
  void aListGoesOnWhereThePageBeforeEnded() {
    for (String name : List.of("page-a", "page-b", "page-c")) {
      put(name);
    }
    var names = new ArrayList<String>();
    String cursor = "";
    do {
      Answer page = api().get("/v1/datasets?limit=2&cursor=" + cursor);
      assertThat(page.status()).isEqualTo(200);
      page.body().path("items").forEach(item -> names.add(item.path("name").asString()));
      cursor = page.body().path("next_cursor").asString("");
    } while (!cursor.isEmpty());
    assertThat(names).isSorted().contains("demo", "page-a", "page-b", "page-c");
    assertFault(api().get("/v1/datasets?limit=0"), 422, "limit");
    assertFault(api().get("/v1/datasets?cursor=*"), 422, "cursor");
    for (String name : List.of("page-a", "page-b", "page-c")) {
      api().delete("/v1/datasets/" + name);
    }
  }

  @Test
  void everythingThatIsWrongWithTheFilesIsTold() {
    Answer answer =
        api()
            .putDataset(
                "refused",
                SCHEMA,
                Part.csv("gene", "id,A,B\na,1\nb,abc,1\nb,1,2\n"),
                Part.csv("steps", "id,t,c0\nd,0,1e20\nd,0,2\n"),
                Part.csv("labels", "id,kind,age,split\na,x,old,train\n"));
    assertProblem(answer, 422);
    assertThat(
            answer
                .body()
                .path("errors")
                .valueStream()
                .map(e -> e.path("pointer").asString() + ": " + e.path("detail").asString()))
        .containsExactly(
            "gene: line 2: 2 columns, expected 3 as in the header",
            "gene: line 3, column 'A': 'abc' is not a number",
            "gene: line 4: 'b' was there before, in line 3",
            "steps: line 2, column 'c0': 1.0E20, expected numbers from -1e15 to 1e15",
            "steps: line 3: t is 0 after 0; sort the file by id and t");
    assertProblem(api().get("/v1/datasets/refused"), 404);
  }

  @Test
  void everythingThatIsWrongWithSchemaAndPartsIsTold() {
    Answer answer =
        api()
            .putDataset(
                "refused",
                Part.schema(
                    """
                    modalities:
                      - {name: gene, type: tabular, colour: red}
                      - {name: steps, type: sequence, max_length: 0}
                      - {name: text, type: tokens}
                    """),
                GENE,
                new Part("steps", "steps.xlsx", new byte[3]),
                Part.csv("other", "id,A\na,1\n"));
    assertProblem(answer, 422);
    assertThat(answer.pointers())
        .containsExactlyInAnyOrder(
            "/modalities/0/colour", "/modalities/1/max_length", "steps", "other", "text");
    assertFault(api().putDataset("refused", GENE), 422, "schema");
    assertFault(api().putDataset("refused", Part.schema("[1"), GENE), 422, "schema");
    assertFault(api().putDataset("refused", Part.schema("[]"), GENE), 422, "schema");
    assertFault(api().putDataset("refused", SCHEMA, GENE, GENE, STEPS, LABELS), 422, "gene");
    assertProblem(api().putDataset("refused", Part.schema("#".repeat(2 << 20)), GENE), 413);
    assertProblem(api().put("/v1/datasets/refused", "{}"), 415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPPER", ".hidden", "-x", "a%20b", "%2e%2e"})
  void aNameThatIsNoneIsRefused(String name) {
    Answer answer = put(name);
    assertThat(answer.status()).as("%s", answer).isIn(400, 404, 422);
    assertProblem(answer, answer.status());
  }

  @Test
  void nothingIsLeftOfWhatWasRefused() throws IOException {
    Path incoming = datasets.folder("x").resolveSibling("../incoming").normalize();
    api().putDataset("refused", SCHEMA, GENE, STEPS, Part.csv("labels", "id,kind,age\nq,x,1\n"));
    api().putDataset("refused", SCHEMA, GENE);
    try (var files = Files.list(incoming)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  @Timeout(120)
  void whoAsksWhileItIsReplacedSeesOneOrTheOther() throws Exception {
    put("moving");
    var isDone = new AtomicBoolean();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var seen = new ArrayList<Future<List<Integer>>>();
      for (int i = 0; i < 4; i++) {
        String path = i % 2 == 0 ? "/v1/datasets/moving" : "/v1/datasets";
        seen.add(
            clients.submit(() -> {
              var statuses = new ArrayList<Integer>();
              while (!isDone.get()) {
                statuses.add(api().get(path).status());
              }
              return statuses;
            }));
      }
      for (int round = 0; round < 30; round++) {
        Answer answer =
            round % 2 == 0
                ? api()
                    .putDataset(
                        "moving",
                        Part.schema("modalities: [{name: gene, type: tabular}]"),
                        Part.csv("gene", "id,A\na,1\nb,2\n"))
                : put("moving");
        assertThat(answer.status()).isEqualTo(200);
      }
      isDone.set(true);
      for (Future<List<Integer>> statuses : seen) {
        assertThat(statuses.get()).isNotEmpty().containsOnly(200);
      }
    }
    api().delete("/v1/datasets/moving");
  }

  @Test
  void anUploadTooManyIsToldToComeBack() throws Exception {
    String unfinished =
        """
        PUT /v1/datasets/unfinished HTTP/1.1\r
        Host: a\r
        Content-Type: multipart/form-data; boundary=frontier\r
        Content-Length: 1000\r
        \r
        --frontier\r
        """;
    var open = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 8; i++) {
        open.add(api().open(unfinished));
      }
      Answer answer = put("surplus");
      while (answer.status() != 429) { // until all of them have come in
        assertThat(answer.status()).as("%s", answer).isBetween(200, 201);
        open.add(api().open(unfinished)); // one may have been turned away for an upload before it
        answer = put("surplus");
      }
      assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
      assertThat(answer.body().path("detail").asString()).contains("uploads are under way");
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    Answer later = put("surplus");
    while (later.status() == 429) { // until the service has seen them go
      later = put("surplus");
    }
    assertThat(later.status()).as("%s", later).isBetween(200, 201);
  }
}
