package io.braid.problem;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * One thing wrong with a request.
 *
 * @param pointer JSON Pointer (RFC 6901) to the place in the body, or the name of a part or
 *     parameter
 * @param detail what is wrong there, with the value and the limit
 */
@Schema(name = "Fault")
public record Fault(
    @Schema(
            description = "JSON Pointer into the body, or the name of a part or parameter",
            example = "/samples/0/modalities/gene")
        String pointer,
    @Schema(example = "expected 64 values, got 63") String detail) {}
