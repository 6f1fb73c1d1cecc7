package io.braid.retrieval;

import io.braid.attribution.Shares;
import io.braid.encoder.SubsetFusions;
import io.braid.encoder.Vector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a hit rests on.
 *
 * @param baseline mean score of the query over the collection's items
 * @param lift what each modality of the query adds to that, as Shapley shares: with the baseline
 *     they sum to the score
 * @param attribution the same with an equal part of the baseline in each share: they sum to the
 *     score
 */
record Explanation(double baseline, Shares lift, Map<String, Double> attribution) {
  /**
   * Of the score of a query and an item. A subset of the query is worth by how much the item scores
   * above the mean of all items, which is nothing where nothing is asked by. What a subset does to
   * all scores alike, as vectors in a narrow cone do, is so left out.
   *
   * @param present modalities of the query; those that its fusion does not rest on share in nothing
   * @param item its vector, at unit length
   * @param mean of the vectors of all items
   */
  static Explanation of(SubsetFusions query, List<String> present, Vector item, Vector mean) {
    Shares shares =
        query
            .coalitions()
            .shares(i ->
                i == 0 ? 0 : query.vectors().get(i).dot(item) - query.vectors().get(i).dot(mean));
    double baseline = query.whole().dot(mean);
    var attribution = new LinkedHashMap<String, Double>();
    present.forEach(modality -> attribution.put(modality, 0.0));
    shares
        .byPlayer()
        .forEach((modality, lift) ->
            attribution.put(modality, lift + baseline / shares.byPlayer().size()));
    return new Explanation(baseline, shares.among(present), attribution);
  }
}
