package io.braid.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rejection on the wire, as RFC 9457 has it. */
@Schema(name = "Problem", description = "A failure, as RFC 9457 has it")
record Problem(
    @Schema(description = "The kind of failure", example = "urn:braid:problem:invalid") URI type,
    @Schema(example = "Readable, but invalid") String title,
    @Schema(example = "422") int status,
    @Schema(description = "What happened here") String detail,
    @Schema(description = "Path of the request", example = "/v1/models/demo/embed") String instance,
    @Schema(
            description =
                "Every fault of what was sent; left out where the failure has no place in it")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<Fault> errors,
    @Schema(
            description =
                "Of a stream of items: how many were stored before the failure, and stay so",
            example = "500")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long upserted) {

  /**
   * @param path of the request
   */
  static Problem of(Rejection rejection, String path) {
    return new Problem(
        rejection.kind().type(),
        rejection.kind().title(),
        rejection.status(),
        unicode(rejection.detail()),
        unicode(path),
        rejection.faults().stream()
            .map(fault -> new Fault(unicode(fault.pointer()), unicode(fault.detail())))
            .toList(),
        rejection.upserted());
  }

  /** The text with halves of surrogate pairs, which a client may send in names, replaced. */
  private static String unicode(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
