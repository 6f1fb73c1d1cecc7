package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of what it is worth to measure more of a sample. */
interface ValueApi {
  @Schema(name = "ValueRequest")
  record ValueDoc(
      @Schema(description = "Echoed", example = "patient-17") @Nullable String id,
      @Schema(description = "What there is of the sample") Map<String, Object> modalities) {}

  @Schema(name = "ValueResponse")
  record Body(
      @Schema(example = "demo") String model,
      @Schema(example = "1") int version,
      @Schema(description = "As sent", example = "patient-17")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String id,
      @Schema(description = "Modalities that there are, in schema order") List<String> present,
      @Schema(description = "Confidence of the best hit now", example = "0.41") double confidence,
      @Schema(
              description = "`fallback` where no gain could be seen: `values` tell none",
              allowableValues = {"fitted", "fallback"})
          String calibration,
      @Schema(description = "Absent modalities, the most valuable first") List<Value> values) {
    static Body of(ValueService.Worth worth) {
      return new Body(
          worth.version().model(),
          worth.version().version(),
          worth.sample().id().orElse(null),
          List.copyOf(worth.sample().modalities().keySet()),
          worth.best(),
          worth.basis().toString(),
          worth.values().stream().map(Value::of).toList());
    }
  }

  @Schema(name = "ModalityValue")
  record Value(
      @Schema(example = "protein") String modality,
      @Schema(
              description =
                  "Expected rise of the right item's confidence if it were measured; null where"
                      + " no stored sample tells",
              example = "0.23")
          @JsonInclude(JsonInclude.Include.ALWAYS)
          @Nullable Double gain,
      @Schema(description = "One standard error of it", example = "0.03")
          @JsonInclude(JsonInclude.Include.ALWAYS)
          @Nullable Double error,
      @Schema(
              description = "Trials with just these modalities; where few, others like them count",
              example = "51")
          int trials) {
    static Value of(ValueService.Value value) {
      return value
          .expected()
          .map(of -> new Value(value.modality(), of.gain(), of.error(), of.trials()))
          .orElseGet(() -> new Value(value.modality(), null, null, 0));
    }
  }
}
