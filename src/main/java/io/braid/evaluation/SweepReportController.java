package io.braid.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.figure.Figure;
import io.braid.figure.SvgPlot;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Reports of sweeps over HTTP. */
@RestController
@RequestMapping("/v1/sweeps/{id}/report")
@Tag(name = "Evaluations")
class SweepReportController {
  private static final MediaType SVG = MediaType.parseMediaType(SvgPlot.MEDIA_TYPE);
  private static final MediaType CSV = MediaType.parseMediaType("text/csv");

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "SweepReport")
  record Body(
      @Schema(example = "sweep-k3m9x2p7qa") String sweep,
      @Schema(description = "running until every cell is trained and measured, or has failed")
          String state,
      @Schema(description = "By field, the values that it takes") Map<String, List<Object>> axes,
      List<CellBody> cells,
      @Schema(description = "The paper's figures 4 to 7") List<Figure> figures) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @Schema(name = "SweepReportCell")
  record CellBody(
      String job,
      String state,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(description = "Why the run or its evaluation failed, if one did")
          @Nullable String failure,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(description = "Id of the evaluation of its version, once there is one")
          @Nullable String evaluation,
      @Schema(description = "What it changes of the base") Map<String, Object> cell,
      @Schema(description = "Of the evaluation; empty until it has ended")
          Map<String, Object> metrics) {

    static CellBody of(SweepReport.Cell cell) {
      return new CellBody(
          cell.run().job(),
          cell.run().state(),
          cell.run()
              .failure()
              .or(() -> cell.evaluation().flatMap(Evaluation::failure))
              .orElse(null),
          cell.evaluation().map(Evaluation::id).orElse(null),
          cell.run().cell(),
          cell.evaluation().map(Evaluation::metrics).orElse(Map.of()));
    }
  }

  private final SweepReports reports;
  private final ObjectMapper mapper;

  SweepReportController(SweepReports reports, ObjectMapper mapper) {
    this.reports = reports;
    this.mapper = mapper;
  }

  @GetMapping(
      produces = {
        MediaType.APPLICATION_JSON_VALUE,
        "text/csv",
        SvgPlot.MEDIA_TYPE,
        MediaType.TEXT_HTML_VALUE
      })
  @Operation(
      operationId = "getSweepReport",
      summary = "The report of a sweep",
      description =
          """
          The paper's figures for this data, a line for each architecture and whatever else the \
          sweep changes beside modal sparsity and seed: 4 uniformity and alignment, 5 retrieval, 6 \
          probes, 7 loss by epoch. As JSON; with `Accept: text/csv` a row a cell; with `Accept: \
          image/svg+xml` one figure; with `Accept: text/html` a page of all that needs nothing \
          else. With `figure`, CSV has a row a point of it: mean, deviation, seeds. What is known by \
          now: versions are measured once they are trained.
          """,
      responses =
          @ApiResponse(
              responseCode = "200",
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema = @Schema(implementation = Body.class)),
                @Content(mediaType = "text/csv", schema = @Schema(type = "string")),
                @Content(mediaType = SvgPlot.MEDIA_TYPE, schema = @Schema(type = "string")),
                @Content(mediaType = MediaType.TEXT_HTML_VALUE, schema = @Schema(type = "string"))
              }))
  ResponseEntity<String> report(
      @Parameter(example = "latest") @PathVariable String id,
      @Parameter(description = "Of an SVG, 5 unless given, or of CSV: 4, 5, 6 or 7", example = "5")
          @RequestParam(required = false)
          Optional<Integer> figure,
      @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE)
          @Parameter(hidden = true)
          String accept) {
    SweepReport report = reports.of(id);
    MediaType type = preferred(accept);
    String text =
        type.equals(CSV)
            ? figure
                .map(number -> ReportFormats.csv(figure(report, number)))
                .orElseGet(() -> ReportFormats.csv(report))
            : type.equals(SVG)
                ? SvgPlot.of(figure(report, figure.orElse(5)))
                : type.equals(MediaType.TEXT_HTML)
                    ? ReportFormats.html(report, json(report))
                    : json(report);
    return ResponseEntity.ok().contentType(type).body(text);
  }

  private String json(SweepReport report) {
    return mapper.writeValueAsString(
        new Body(
            report.sweep().id(),
            report.state(),
            report.sweep().axes(),
            report.cells().stream().map(CellBody::of).toList(),
            report.figures()));
  }

  private static Figure figure(SweepReport report, int number) {
    return report
        .figure(number)
        .orElseThrow(() ->
            BraidException.invalid(
                List.of(new Fault("figure", number + ", expected 4, 5, 6 or 7"))));
  }

  private static MediaType preferred(String accept) {
    return MediaType.parseMediaTypes(accept).stream()
        .sorted(Comparator.comparingDouble(MediaType::getQualityValue).reversed())
        .flatMap(liked ->
            Stream.of(MediaType.APPLICATION_JSON, CSV, SVG, MediaType.TEXT_HTML)
                .filter(liked::includes))
        .findFirst()
        .orElse(MediaType.APPLICATION_JSON);
  }
}
