package io.braid.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.api.Api.Answer;
import io.braid.api.Api.Part;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Which subsets of modalities samples have, in datasets and in traffic. */
class PresenceTest extends CollectionsApiTest {
  @Test
  void aDatasetTellsHowManySamplesHaveWhat() {
    api()
        .putDataset(
            "presence",
            Part.schema("modalities: [{name: x, type: tabular}, {name: y, type: tabular}]"),
            Part.csv("x", "id,A\na,1\nb,2\nc,3\n"),
            Part.csv("y", "id,B\nc,1\nd,2\ne,\n"));
    JsonNode presence = api().get("/v1/datasets/presence/presence").body();
    assertThat(presence)
        .isEqualTo(
            Api.JSON_MAPPER.readTree(
                """
                {"dataset": "presence", "subsets": {"x": 2, "x+y": 1, "y": 1}}
                """));
    assertThat(api().get("/v1/datasets/none/presence").status()).isEqualTo(404);
  }

  @Test
  void trafficIsCountedByWhatSamplesHave() {
    String model = every();
    String at = "/v1/models/" + model + "/presence";
    long before = api().get(at).body().path("traffic").path("table+text").asLong();
    String sample = "{\"modalities\": {\"text\": [3], \"table\": [1, 2, 3]}}";
    String samples = IntStream.range(0, 5).mapToObj(_ -> sample).collect(Collectors.joining(","));
    assertThat(api().embed(model, "{\"samples\": [" + samples + "]}").status()).isEqualTo(200);
    JsonNode presence = api().get(at).body();
    assertThat(presence.path("traffic").path("table+text").asLong()).isEqualTo(before + 5);
    String items =
        IntStream.range(0, 3)
            .mapToObj(i -> "{\"id\": \"%d\", %s\n".formatted(i, sample.substring(1)))
            .collect(Collectors.joining());
    Answer stored = api().post(at(collection()) + "/items", NDJSON, items.getBytes(UTF_8));
    assertThat(stored.status()).as("%s", stored).isEqualTo(200);
    assertThat(api().get(at).body().path("traffic").path("table+text").asLong())
        .as("with those of a stream")
        .isEqualTo(before + 8);
    assertThat(presence.path("training")).isEmpty();
    assertThat(presence.path("warnings")).isEmpty();
    assertThat(api().get("/actuator/prometheus").text())
        .contains("braid_traffic_samples_total{model=\"every\",subset=\"table+text\"}");
    assertThat(api().get(at + "?version=77").status()).isEqualTo(404);
  }
}
