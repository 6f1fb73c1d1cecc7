package io.braid.retrieval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.index.Hit;
import io.braid.retrieval.SearchRequest.Include;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The JSON of searches, as that of items is in {@link ItemApi}. */
interface SearchApi {
  @Schema(name = "SearchRequest")
  record SearchDoc(
      @Nullable QueryDoc query,
      @Schema(description = "In place of `query`: up to 1024 at once")
          @Nullable List<QueryDoc> queries,
      @Schema(
              description = "Most hits of a query, 1 to 10 000",
              defaultValue = "10",
              example = "10")
          @Nullable Integer k,
      @Schema(
              description =
                  "Which items may be found: `all`, `any`, `not`; a `field` of the metadata with"
                      + " `eq`, `in`, `gt`, `gte`, `lt`, `lte`, `exists`; `present` with `all_of`,"
                      + " `any_of`, `none_of`",
              example = "{\"field\": \"age\", \"gte\": 40, \"lt\": 70}")
          @Nullable Map<String, Object> filter,
      @Schema(
              description = "Compare with every item that the filter lets through",
              defaultValue = "false")
          @Nullable Boolean exact,
      @ArraySchema(
              schema = @Schema(allowableValues = {"metadata", "embedding", "modalities"}),
              arraySchema = @Schema(description = "What is told of each hit"))
          @Nullable List<String> include,
      @Schema(
              description =
                  "Which embedding of the items is compared: `fusion`, or a modality or a channel"
                      + " where the collection keeps them; items without it are not found. With"
                      + " it is compared the fusion of a query's sample, or of a query's item its"
                      + " own embedding of that kind",
              defaultValue = "fusion")
          @Nullable String target,
      @Schema(
              description = "Tell of each hit which modalities of the query its score rests on",
              defaultValue = "false")
          @Nullable Boolean explain,
      @Schema(
              description = "`calibrated` tells of each hit how likely it is to be the match",
              allowableValues = {"cosine", "calibrated"},
              defaultValue = "cosine")
          @Nullable String score,
      @Schema(
              description =
                  "`confidence` orders by that, so that items with different modalities are"
                      + " ranked together rightly; it implies `calibrated`",
              allowableValues = {"score", "confidence"},
              defaultValue = "score")
          @Nullable String orderBy,
      @Schema(
              description = "Leaves out less likely hits; it implies `calibrated`",
              minimum = "0",
              maximum = "1",
              example = "0.5")
          @Nullable Double minConfidence) {}

  @Schema(name = "Query", description = "One of the three")
  record QueryDoc(
      @Schema(description = "A sample with any subset of the model's modalities")
          @Nullable Map<String, Object> modalities,
      @Schema(
              types = {"array", "string"},
              description = "A vector of the model's size, numbers or base64 of little-endian F32")
          @Nullable Object embedding,
      @Schema(description = "Id of a stored item, which is among its own hits")
          @Nullable String item) {}

  @Schema(name = "SearchResponse")
  record SearchBody(
      @Schema(example = "demo") String model,
      @Schema(description = "That made the embeddings", example = "1") int version,
      @Schema(
              description =
                  "Of a calibrated search: `fallback` where the confidence of some hit is not to be"
                      + " trusted",
              allowableValues = {"fitted", "fallback"})
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String calibration,
      @Schema(description = "One a query, in order") List<Result> results) {

    static SearchBody of(SearchService.Found found) {
      Set<Include> include = found.request().include();
      return new SearchBody(
          found.version().model(),
          found.version().version(),
          found.request().rating().map(_ -> basis(found).toString()).orElse(null),
          IntStream.range(0, found.results().size())
              .mapToObj(query -> Result.of(found, query, include))
              .toList());
    }
  }

  private static Confidence.Basis basis(SearchService.Found found) {
    boolean isMeasured =
        found.calibration().map(one -> one.calibration().isMeasured()).orElse(false);
    boolean isFitted =
        found.results().stream()
            .flatMap(List::stream)
            .flatMap(match -> match.confidence().stream())
            .allMatch(confidence -> confidence.basis() == Confidence.Basis.FITTED);
    return isMeasured && isFitted ? Confidence.Basis.FITTED : Confidence.Basis.FALLBACK;
  }

  @Schema(name = "SearchResult")
  record Result(
      @Schema(description = "Nearest, or likeliest, first") List<HitBody> hits,
      @Schema(description = "What was cut of the query's sample on the way in")
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          List<String> warnings) {
    private static Result of(SearchService.Found found, int query, Set<Include> include) {
      return new Result(
          found.results().get(query).stream()
              .map(match -> HitBody.of(match, found.items(), include))
              .toList(),
          found.request().queries().get(query) instanceof SearchRequest.OfSample(var modalities)
              ? modalities.warnings()
              : List.of());
    }
  }

  @Schema(name = "Hit")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record HitBody(
      @Schema(example = "patient-3") String id,
      @Schema(description = "Cosine similarity, -1 to 1", example = "0.93") float score,
      @Schema(
              description =
                  "With `\"score\": \"calibrated\"`: the probability that this item is the match of"
                      + " the query, if the collection holds one",
              example = "0.88")
          @Nullable Double confidence,
      @Schema(
              description =
                  "Beside `confidence`: `fallback` where nothing is known of matches with these"
                      + " modalities, so that it is not to be trusted",
              allowableValues = {"fitted", "fallback"})
          @Nullable String calibration,
      @Schema(description = "Modalities that the hit rests on, in schema order")
          List<String> present,
      @Schema(
              description =
                  "With `explain`: Shapley shares of the score by modality of the query, of which"
                      + " they are the sum",
              example = "{\"gene\": 0.52, \"protein\": 0.41}")
          @Nullable Map<String, Double> attribution,
      @Schema(
              description =
                  "With `explain`: what the query scores with the collection's items in the mean."
                      + " Each share of `attribution` holds an equal part of it",
              example = "0.79")
          @Nullable Double baseline,
      @Schema(
              description =
                  "With `explain`: what each modality of the query lifts the score of this item"
                      + " above `baseline`, as Shapley shares: what the match rests on",
              example = "{\"gene\": 0.125, \"protein\": 0.015}")
          @Nullable Map<String, Double> lift,
      @Schema(
              description =
                  "With `explain`, above eight modalities in the query, whose shares are"
                      + " estimated: one standard error of each")
          @Nullable Map<String, Double> attributionError,
      @Schema(types = "object", description = "Where included") @Nullable Object metadata,
      @Schema(description = "Where included: the fusion, at unit length")
          float @Nullable [] embedding,
      @Schema(description = "Where included, and the collection keeps more than the fusion")
          @Nullable Map<String, float[]> embeddings,
      @Schema(types = "object", description = "Where included: as they were sent")
          @Nullable Object modalities) {

    private static HitBody of(Match match, Map<String, StoredItem> items, Set<Include> include) {
      Hit hit = match.hit();
      var shown = ItemApi.Shown.of(Optional.ofNullable(items.get(hit.id())), include);
      Optional<Explanation> explained = match.explanation();
      return new HitBody(
          hit.id(),
          hit.score(),
          match.confidence().map(Confidence::probability).orElse(null),
          match.confidence().map(of -> of.basis().toString()).orElse(null),
          hit.present(),
          explained.map(Explanation::attribution).orElse(null),
          explained.map(Explanation::baseline).orElse(null),
          explained.map(why -> why.lift().byPlayer()).orElse(null),
          explained
              .map(why -> why.lift().errors())
              .filter(errors -> !errors.isEmpty())
              .orElse(null),
          shown.metadata(),
          shown.embedding(),
          shown.embeddings(),
          shown.modalities());
    }
  }
}
