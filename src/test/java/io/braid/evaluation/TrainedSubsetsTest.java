package io.braid.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.dataset.Presence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainedSubsetsTest {
  private static final Map<String, Object> PRESENCE = Map.of("a+b", 90, "a", 10);

  private static List<String> warnings(Map<String, Object> lineage, Map<String, Long> traffic) {
    return new TrainedSubsets(lineage).warnings(traffic);
  }

  @Test
  void aSubsetThatIsCommonAndWasNeverTrainedOnIsWarnedOf() {
    assertThat(
            warnings(
                Map.of("presence", PRESENCE, "subset_views", 0),
                Map.of("a+b", 900L, "b", 90L, "c", 9L, "other", 100L)))
        .singleElement()
        .asString()
        .startsWith("8.2 % of the samples have b alone");
  }

  @Test
  void samplesOfSubsetsThatWereNeverTrainedOnAreCounted() {
    var traffic = Map.of("a+b", 5L, "b", 3L, "c", 2L, "other", 7L);
    assertThat(new TrainedSubsets(Map.of("presence", PRESENCE)).unseen(traffic)).isEqualTo(5);
    assertThat(new TrainedSubsets(Map.of("presence", PRESENCE, "subset_views", 1)).unseen(traffic))
        .isEqualTo(2);
    assertThat(new TrainedSubsets(Map.of()).unseen(traffic)).isZero();
  }

  @Test
  void subsetViewsShowPartsOfWhatSamplesHave() {
    Map<String, Object> lineage = Map.of("presence", PRESENCE, "subset_views", 1);
    assertThat(warnings(lineage, Map.of("a+b", 900L, "b", 90L))).isEmpty();
    assertThat(warnings(lineage, Map.of("a+b", 900L, "c", 90L))).hasSize(1);
  }

  @Test
  void aSubsetBeyondThoseThatAreKeptMayHaveBeenSeen() {
    var presence = new HashMap<String, Object>();
    for (int i = 0; i < Presence.MAX_SUBSETS; i++) {
      presence.put("a" + i, 1);
    }
    assertThat(warnings(Map.of("presence", presence), Map.of("b", 100L)))
        .singleElement()
        .asString()
        .contains("is not among the 1000 subsets most common in training")
        .doesNotContain("no training sample");
  }

  @Test
  void littleTrafficAndUnknownTrainingTellNothing() {
    assertThat(warnings(Map.of("presence", PRESENCE), Map.of("c", 99L))).isEmpty();
    assertThat(warnings(Map.of(), Map.of("c", 9000L))).isEmpty();
  }
}
