package io.braid.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.problem.ConfigObject;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GateTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TrainingSpec.Evaluate EVALUATE =
      new TrainingSpec.Evaluate(List.of("site"), List.of("age"));

  private final List<Fault> faults = new ArrayList<>();

  private Optional<Gate> read(String gate) {
    JsonNode body = JSON.readTree("{\"gate\": " + gate.replace('\'', '"') + "}");
    return Gate.read(new ConfigObject(body, "", faults), List.of("gene", "mirna"), EVALUATE);
  }

  private static final String METRICS =
      """
      {"retrieval": {"mean": {"recall@10": 0.6, "median_rank": 4}, "gene": {"recall@10": 0.4}},
       "uniformity": {"fusion": -2.5}, "alignment": {"mean": 1.2},
       "probes": {"site": {"aupr": 0.7}, "age": {"l1": 3.5}}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'metric': 'recall@10', 'at_least': 0.6} |",
        "{'metric': 'recall@10', 'at_least': 0.61} | recall@10 of mean is 0.6, not at least 0.61",
        "{'metric': 'recall@10', 'modality': 'gene', 'at_least': 0.5} | recall@10 of gene is 0.4",
        "{'metric': 'recall@10', 'modality': 'mirna', 'at_least': 0.5} | there is no recall@10 of"
            + " mirna",
        "{'metric': 'median_rank', 'at_most': 4} |",
        "{'metric': 'median_rank', 'at_most': 3} | not at most 3",
        "{'metric': 'uniformity', 'at_most': -2} |",
        "{'metric': 'site:aupr', 'at_least': 0.8} | site:aupr is 0.7",
        "{'metric': 'age:l1', 'not_worse_than_default_by': 0.5} | worse than the default's 2.5",
        "{'metric': 'age:l1', 'not_worse_than_default_by': 1.5} |",
        "{'metric': 'recall@10', 'not_worse_than_default_by': 0.05} | worse than the default's 0.7",
        "{'metric': 'recall@10', 'not_worse_than_default_by': 0.2} |"
      })
  void aVersionPassesOrIsToldWhyNot(String gate, String why) {
    JsonNode ofDefault =
        JSON.readTree(
            """
            {"retrieval": {"mean": {"recall@10": 0.7}}, "probes": {"age": {"l1": 2.5}}}
            """);
    Optional<String> refusal =
        read(gate).orElseThrow().refusal(JSON.readTree(METRICS), Optional.of(ofDefault));
    assertThat(faults).isEmpty();
    if (why == null) {
      assertThat(refusal).isEmpty();
    } else {
      assertThat(refusal.orElseThrow()).contains(why);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'metric': 'recall@7', 'at_least': 0.6} | /gate/metric",
        "{'at_least': 0.6} | /gate/metric",
        "{'metric': 'recall@1'} | /gate/at_least",
        "{'metric': 'recall@1', 'at_least': 0.6, 'at_most': 0.5} | /gate/at_most",
        "{'metric': 'recall@1', 'at_least': '0.5'} | /gate/at_least",
        "{'metric': 'recall@1', 'at_least': 0.5, 'modality': 'image'} | /gate/modality",
        "{'metric': 'recall@1', 'not_worse_than_default_by': -1} | /gate/not_worse_than_default_by",
        "{'metric': 'other:aupr', 'at_least': 0.5} | /gate/metric",
        "{'metric': 'site:aupr', 'at_least': 0.5, 'modality': 'mean'} | /gate/modality",
        "{'metric': 'recall@1', 'at_least': 0.5, 'below': 1} | /gate/below",
        "3 | /gate"
      })
  void whatIsNoGateIsToldWhere(String gate, String pointer) {
    read(gate);
    assertThat(faults.getFirst().pointer()).isEqualTo(pointer);
  }

  @Test
  void withoutOneThereIsNothingToPass() {
    assertThat(Gate.read(new ConfigObject(JSON.readTree("{}"), "", faults), List.of(), EVALUATE))
        .isEmpty();
    assertThat(faults).isEmpty();
  }
}
