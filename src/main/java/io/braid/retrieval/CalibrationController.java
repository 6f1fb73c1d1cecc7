package io.braid.retrieval;

import io.braid.figure.SvgPlot;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import io.braid.security.Needs;
import io.braid.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What confidences of a collection's hits rest on. */
@RestController
@RequestMapping("/v1/collections/{collection}/calibration")
@Tag(name = "Collections")
class CalibrationController {
  private final OpenCollections collections;
  private final Calibrations calibrations;

  CalibrationController(OpenCollections collections, Calibrations calibrations) {
    this.collections = collections;
    this.calibrations = calibrations;
  }

  @GetMapping(produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_CBOR_VALUE})
  @Operation(
      operationId = "getCalibration",
      summary = "What confidences rest on",
      description =
          """
          How scores of matches and of other items lie, by the modalities of the query and of the \
          item, and how confidences came true of samples that took no part. It is fitted when a \
          calibrated search first asks, and again once a twentieth of the items has changed. \
          `Accept: image/svg+xml` gives a picture.
          """)
  CalibrationApi.Body calibration(@Parameter(example = "demo") @PathVariable String collection) {
    return body(collections.find(collection));
  }

  @GetMapping(produces = SvgPlot.MEDIA_TYPE)
  @Operation(hidden = true)
  ResponseEntity<String> picture(@PathVariable String collection) {
    OpenCollection found = collections.find(collection);
    return calibrations
        .find(found, found.stored().searched())
        .map(fitted ->
            ResponseEntity.ok()
                .contentType(MediaType.valueOf(SvgPlot.MEDIA_TYPE))
                .body(SvgPlot.of(CalibrationFigure.of(fitted))))
        .orElseThrow(() ->
            new BraidException(
                ProblemKind.NOT_FOUND,
                "collection '%s' is not calibrated yet; POST to this path has it done"
                    .formatted(collection)));
  }

  @Needs(Role.WRITE)
  @PostMapping
  @Operation(
      operationId = "calibrate",
      summary = "Calibrate now",
      description = "In the background; `fitting` of the calibration is true until it is done.",
      responses = @ApiResponse(responseCode = "202", description = "It is fitted"))
  ResponseEntity<CalibrationApi.Body> calibrate(
      @Parameter(example = "demo") @PathVariable String collection) {
    OpenCollection found = collections.find(collection);
    calibrations.begin(found);
    return ResponseEntity.accepted().body(body(found));
  }

  private CalibrationApi.Body body(OpenCollection collection) {
    return CalibrationApi.Body.of(
        collection,
        calibrations.find(collection, collection.stored().searched()),
        calibrations.isFitting(collection));
  }
}
