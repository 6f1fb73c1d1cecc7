package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.api.Api.Answer;
import java.io.StringReader;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;

/** A sweep is trained, measured and reported. */
class SweepReportTest extends ApiTest {
  private static final String SWEEP =
      """
      {"base": {"dataset": "demo", "model": "swept", "epochs": 2, "batch_size": 64,
         "network": {"embedding_dim": 8, "layers": 1, "heads": 1, "head_dim": 8},
         "evaluate": {"classification": ["group"], "regression": ["age"]}},
       "grid": {"architecture": ["mca", "zorro"], "seed": [1, 2]}}
      """;

  private static final String BLUE = "rgb(0,114,178)";
  private static final String VERMILION = "rgb(213,94,0)";

  @Test
  void aSweepIsMeasuredByItselfAndReported() throws Exception {
    Answer created = api().post("/v1/sweeps", SWEEP);
    assertThat(created.status()).as("%s", created).isEqualTo(202);
    String at = created.header("Location") + "/report";
    JsonNode early = api().get(at).body();
    assertThat(early.path("state").asString()).isEqualTo("running");
    assertThat(early.path("cells")).hasSize(4);
    assertThat(svg(api().get(at, "Accept", "image/svg+xml").text())).contains("nothing yet");
    await(() -> api().get(at).body().path("state").asString().equals("ended"));

    JsonNode report = api().get(at).body();
    for (JsonNode cell : report.path("cells")) {
      assertThat(cell.path("state").asString()).as("%s", cell).isEqualTo("succeeded");
      JsonNode evaluation =
          api().get("/v1/evaluations/" + cell.path("evaluation").asString()).body();
      assertThat(evaluation.path("metrics")).isEqualTo(cell.path("metrics"));
      String ofJob = "/v1/evaluations?job=" + cell.path("job").asString();
      assertThat(api().get(ofJob).body().path("items").get(0)).isEqualTo(evaluation);
      assertThat(evaluation.path("spec").path("seed")).isEqualTo(cell.path("cell").path("seed"));
      assertThat(cell.path("metrics").path("probes").propertyNames())
          .containsExactly("group", "age");
    }
    assertThat(report.path("figures").valueStream().map(figure -> figure.path("figure").asInt()))
        .containsExactly(4, 5, 6, 7);
    JsonNode recall = report.path("figures").get(1).path("panels").get(3);
    assertThat(recall.path("title").asString()).isEqualTo("recall@10");
    JsonNode mca = recall.path("series").get(0);
    assertThat(mca.path("name").asString()).isEqualTo("mca");
    double[] seeds =
        IntStream.range(0, 2)
            .mapToDouble(i ->
                report.path("cells").get(i).at("/metrics/retrieval/mean/recall@10").doubleValue())
            .toArray();
    JsonNode point = mca.path("points").get(0);
    assertThat(point.path("mean").doubleValue()).isEqualTo((seeds[0] + seeds[1]) / 2);
    assertThat(point.path("seeds").asInt()).isEqualTo(2);
    assertThat(point.path("deviation").doubleValue())
        .isCloseTo(Math.abs(seeds[0] - seeds[1]) / Math.sqrt(2), within(1e-12));

    List<String> table = api().get(at, "Accept", "text/csv").text().lines().toList();
    assertThat(table).hasSize(5);
    assertThat(table.getFirst())
        .startsWith("job,state,architecture,modal_sparsity,seed,uniformity");
    assertThat(table.get(1)).contains(",succeeded,mca,0.0,1,");
    List<String> losses = api().get(at + "?figure=7", "Accept", "text/csv").text().lines().toList();
    assertThat(losses.getFirst()).isEqualTo("panel,line,x,mean,deviation,seeds");
    assertThat(losses)
        .anySatisfy(line ->
            assertThat(line).startsWith("test loss at modal sparsity 0.0,mca,1.0,").endsWith(",2"));
    for (int figure = 4; figure <= 7; figure++) {
      String plot = api().get(at + "?figure=" + figure, "Accept", "image/svg+xml").text();
      assertThat(svg(plot)).doesNotContain("nothing yet");
      assertThat(plot).as("a line of each architecture").contains(BLUE, VERMILION);
    }
    assertThat(api().get(at + "?figure=3", "Accept", "image/svg+xml").status()).isEqualTo(422);
    Answer page = api().get(at, "Accept", "text/html");
    assertThat(page.type()).startsWith("text/html");
    List<String> ids =
        Pattern.compile(" id=\"(.*?)\"")
            .matcher(page.text())
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(ids).hasSizeGreaterThan(8).doesNotHaveDuplicates();
    assertThat(page.text()).contains("<svg", "4 of 4 cells are measured").doesNotContain("src=");
    assertThat(api().get("/v1/sweeps/sweep-none/report").status()).isEqualTo(404);
  }

  /** All words of a picture. */
  private static String svg(String text) throws Exception {
    return DocumentBuilderFactory.newDefaultNSInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text.replaceFirst("(?s)<!DOCTYPE.*?>", ""))))
        .getDocumentElement()
        .getTextContent();
  }
}
