package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import io.braid.model.ModelService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Versions are evaluated over HTTP. */
class EvaluationsTest extends ApiTest {
  static final String AT = "/v1/evaluations";

  /** Of a model that the demo data fit. */
  static final String GATED =
      """
      architecture: zorro
      embedding_dim: 8
      layers: 1
      heads: 1
      head_dim: 8
      fusion_tokens: 2
      modalities:
        - {name: gene, type: tabular, columns: 64}
        - {name: activity, type: sequence, features: 6, max_length: 24}
      """;

  @Autowired private ModelService models;

  private JsonNode ended(String id) {
    return awaitEnd(AT + "/" + id);
  }

  private Answer post(String json) {
    return api().post(AT, json.replace('\'', '"'));
  }

  @Test
  void theDemoModelIsMeasuredOnTheDemoData() {
    Answer created =
        post(
            """
            {'model': 'demo', 'dataset': 'demo', 'classification': ['group'],
             'regression': ['age'], 'subsets': true}
            """);
    assertThat(created.status()).as("%s", created).isEqualTo(202);
    String id = created.body().path("id").asString();
    assertThat(created.header("Location")).isEqualTo(AT + "/" + id);
    assertThat(created.body().path("spec").path("test_fraction").asDouble()).isEqualTo(0.15);
    JsonNode evaluation = ended(id);
    assertThat(evaluation.path("state").asString()).as("%s", evaluation).isEqualTo("succeeded");
    JsonNode metrics = evaluation.path("metrics");
    assertThat(metrics.propertyNames())
        .containsExactly(
            "samples",
            "retrieval",
            "uniformity",
            "uniformity_plain",
            "alignment",
            "probes",
            "subsets",
            "worth");
    double chance = 10.0 / metrics.path("samples").asInt();
    assertThat(metrics.path("retrieval").path("mean").path("recall@10").asDouble())
        .as("it was trained on such patients")
        .isGreaterThan(2 * chance);
    assertThat(metrics.path("probes").path("group").path("auroc").asDouble()).isGreaterThan(0.6);
    assertThat(metrics.path("subsets").size()).isEqualTo(15);
    JsonNode worth = metrics.path("worth").path("gene").path("recall@10");
    assertThat(worth.path("gain").asDouble())
        .isBetween(worth.path("low").asDouble(), worth.path("high").asDouble());
    assertThat(api().get(AT + "?limit=1").body().path("items").get(0).path("id").asString())
        .isNotBlank();
    assertThat(api().get(AT + "?model=demo").body().path("items").findValuesAsString("id"))
        .contains(id);
    assertThat(api().get(AT + "?model=nobody").body().path("items")).isEmpty();
    assertThat(api().post(AT + "/" + id + "/cancel", "").status()).isEqualTo(409);
  }

  @Test
  void theSameKeyMakesOneEvaluation() {
    String body = "{\"model\": \"demo\", \"dataset\": \"demo\", \"subsets\": true}";
    Answer first = keyed(body);
    Answer again = keyed(body);
    assertThat(again.body().path("id")).isEqualTo(first.body().path("id"));
    assertThat(keyed(body.replace("true", "false")).status()).isEqualTo(409);
    ended(first.body().path("id").asString());
  }

  @Test
  void oneThatIsNotThereIsNotFound() {
    assertThat(api().get(AT + "/evaluation-none").status()).isEqualTo(404);
    assertThat(api().get(AT + "/evaluation-none/events").status()).isEqualTo(404);
  }

  @Test
  void aVersionThatPassesItsGateBecomesTheDefault() {
    int first = imported("gated", GATED, 1);
    int second = imported("gated", GATED, 2);
    String body =
        "{'model': 'gated', 'version': %d, 'dataset': 'demo', 'gate': {'metric': 'recall@10', %s}}";
    JsonNode refused =
        ended(post(body.formatted(second, "'at_least': 1.5")).body().path("id").asString())
            .path("metrics")
            .path("gate");
    assertThat(refused.path("passed").asBoolean(true)).isFalse();
    assertThat(refused.path("default").asInt()).isEqualTo(first);
    assertThat(refused.path("why").asString()).contains("not at least 1.5");
    JsonNode passed =
        ended(
                post(body.formatted(second, "'not_worse_than_default_by': 1"))
                    .body()
                    .path("id")
                    .asString())
            .path("metrics")
            .path("gate");
    assertThat(passed.path("passed").asBoolean()).isTrue();
    assertThat(api().get("/v1/models/gated").body().path("default").asInt()).isEqualTo(second);
  }

  @Test
  void aDefaultOfOtherModalitiesIsNothingToCompareWith() {
    int first = imported("ungated", GATED, 1);
    int second = imported("ungated", GATED.replaceAll(".*activity.*\n", ""), 2);
    JsonNode gate = gate("ungated", second);
    assertThat(gate.path("passed").asBoolean(true)).isFalse();
    assertThat(gate.path("why").asString()).contains("embeds other modalities");
    assertThat(gate.path("default").asInt()).isEqualTo(first);
  }

  /** A larger test split of the same seed has samples that a smaller one was trained on. */
  @Test
  void aDefaultThatHasLearntTheSamplesIsNothingToCompareWith() {
    int first = trained("learnt", 0.05);
    int second = trained("learnt", 0.3);
    JsonNode gate = gate("learnt", second);
    assertThat(gate.path("passed").asBoolean(true)).isFalse();
    assertThat(gate.path("why").asString())
        .contains("has learnt some of these samples")
        .contains("0.05");
    assertThat(gate.path("default").asInt()).isEqualTo(first);
    JsonNode onTraining =
        ended(
                post("""
                {'model': 'learnt', 'version': %d, 'dataset': 'demo', 'split': 'all',
                 'gate': {'metric': 'recall@10', 'at_least': 0}}
                """
                        .formatted(second))
                    .body()
                    .path("id")
                    .asString())
            .path("metrics")
            .path("gate");
    assertThat(onTraining.path("why").asString()).contains("measure the test split");
    assertThat(gate("learnt", trained("learnt", 0.05)).path("passed").asBoolean())
        .as("of the same split")
        .isTrue();
  }

  private JsonNode gate(String model, int version) {
    Answer posted =
        post(
            """
            {'model': '%s', 'version': %d, 'dataset': 'demo',
             'gate': {'metric': 'recall@10', 'not_worse_than_default_by': 1}}
            """
                .formatted(model, version));
    return ended(posted.body().path("id").asString()).path("metrics").path("gate");
  }

  private int trained(String model, double testFraction) {
    Answer posted =
        api()
            .post(
                "/v1/training-jobs",
                """
                {"dataset": "demo", "model": "%s", "architecture": "zorro", "epochs": 1,
                 "test_fraction": %s,
                 "network": {"embedding_dim": 8, "layers": 1, "heads": 1, "head_dim": 8, "fusion_tokens": 2}}
                """
                    .formatted(model, testFraction));
    assertThat(posted.status()).as("%s", posted).isEqualTo(202);
    return awaitEnd("/v1/training-jobs/" + posted.body().path("id").asString())
        .path("version")
        .asInt();
  }

  @Test
  void aDefaultThatCannotBeNotedDownDoesNotChange() {
    int first = imported("unnoted", GATED, 1);
    int second = imported("unnoted", GATED, 2);
    assertThat(models.makeDefault("unnoted", second, () -> false)).isFalse();
    assertThat(api().get("/v1/models/unnoted").body().path("default").asInt()).isEqualTo(first);
    assertThatThrownBy(() ->
            models.makeDefault(
                "unnoted",
                second,
                () -> {
                  throw new IllegalStateException("the disk is full");
                }))
        .hasMessage("the disk is full");
    assertThat(api().get("/v1/models/unnoted").body().path("default").asInt()).isEqualTo(first);
  }

  private Answer keyed(String body) {
    return api()
        .send(
            "POST",
            AT,
            java.net.http.HttpRequest.BodyPublishers.ofString(body),
            "Content-Type",
            "application/json",
            "Idempotency-Key",
            "evaluated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'dataset': 'demo' | /model | missing",
        "'model': 'none', 'dataset': 'demo' | /model | 'none'",
        "'model': 'demo', 'version': 99, 'dataset': 'demo' | /version | 99",
        "'model': 'demo', 'dataset': 'none' | /dataset | there is no dataset 'none'",
        "'model': 'demo', 'dataset': 'demo', 'split': 'half' | /split | expected one of",
        "'model': 'demo', 'dataset': 'demo', 'modal_sparsity': 1 | /modal_sparsity | 0.99",
        "'model': 'demo', 'dataset': 'demo', 'regression': ['group'] | /regression/0 | 'group' is"
            + " no regression label",
        "'model': 'demo', 'dataset': 'demo', 'classification': ['x'] | /classification/0 | has"
            + " [group]",
        "'model': 'demo', 'dataset': 'demo', 'subset': true | /subset | unknown",
        "'model': 'demo', 'dataset': 'demo', 'gate': {'metric': 'recall@7', 'at_least': 1} |"
            + " /gate/metric | expected one of",
        "'model': 'demo', 'dataset': 'demo', 'gate': {'metric': 'group:aupr', 'at_least': 1} |"
            + " /gate/metric | expected one of",
        "'model': 'every', 'dataset': 'demo' | /dataset | none of the modalities",
        "'model': 'demo', 'dataset': 'odd' | /dataset | it has 2 columns",
        "'model': 'demo', 'dataset': 'alike', 'classification': ['kind'] | /classification/0 |"
            + " class 'x'; a probe needs two classes",
        "'model': 'demo', 'dataset': 'alike', 'regression': ['age'] | /regression/0 | it is 40.0 in"
            + " every training sample",
        "'model': 'demo', 'dataset': 'untold', 'split': 'test' | /split | no sample of the test"
            + " split"
      })
  void whatCannotBeMeasuredIsSaidSo(String fields, String pointer, String detail) {
    every();
    datasets();
    Answer answer = post("{" + fields + "}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(422);
    assertThat(answer.pointers()).containsExactly(pointer);
    assertThat(answer.body().path("detail").asString()).contains(detail);
  }

  private void datasets() {
    Part labels =
        Part.csv("labels", "id,kind,age,split\na,x,40,train\nb,x,40,train\nc,x,40,test\n");
    Part protein = Part.csv("protein", "id,EGFR,TP53\na,1,2\nb,2,1\nc,1,1\n");
    Part schema =
        Part.schema(
            """
            modalities: [{name: protein, type: tabular}]
            labels: [{name: kind, type: classification}, {name: age, type: regression}]
            """);
    assertThat(api().putDataset("odd", schema, protein, labels).status()).isIn(200, 201);
    String columns = columns();
    int width = columns.split(",").length;
    String row = ",1".repeat(width);
    String other = ",2".repeat(width);
    Part whole = Part.csv("protein", "id," + columns + "\na" + row + "\nb" + other + "\nc" + row);
    assertThat(api().putDataset("alike", schema, whole, labels).status()).isIn(200, 201);
    Part two =
        Part.schema(
            """
            modalities: [{name: protein, type: tabular}, {name: unknown, type: tabular}]
            """);
    Part some = Part.csv("protein", "id," + columns + "\na" + row + "\nb" + other + "\n");
    Part rest = Part.csv("unknown", "id,A\nc,1\n");
    Part split = Part.csv("labels", "id,split\na,train\nb,train\nc,test\n");
    Answer untold = api().putDataset("untold", two, some, rest, split);
    assertThat(untold.status()).as("%s", untold).isIn(200, 201);
  }

  /** Of the demo model's proteins. */
  private String columns() {
    for (JsonNode modality :
        api().get("/v1/models/demo/versions/1").body().path("config").path("modalities")) {
      if (modality.path("name").asString().equals("protein")) {
        return String.join(
            ",", modality.path("columns").valueStream().map(JsonNode::asString).toList());
      }
    }
    throw new AssertionError("the demo model has no proteins");
  }
}
