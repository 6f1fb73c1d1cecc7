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
 * @param baseline score of the item and the fusion of no modality
 * @param lift what each modality of the query adds to that, as Shapley shares; with the baseline
 *     they sum to the score
 * @param attribution Shapley shares where a query of nothing would score 0: they sum to the score,
 *     and hold an equal part of the baseline each
 */
record Explanation(double baseline, Shares lift, Map<String, Double> attribution) {
  /**
   * Of the score of a query and an item.
   *
   * @param present modalities of the query; those that its fusion does not rest on share in nothing
   * @param item its vector, at unit length
   */
  static Explanation of(SubsetFusions query, List<String> present, Vector item) {
    double baseline = query.none().dot(item);
    Shares shares = query.shares(vector -> vector.dot(item));
    var attribution = new LinkedHashMap<String, Double>();
    present.forEach(modality -> attribution.put(modality, 0.0));
    shares
        .of()
        .forEach(
            (modality, lift) -> attribution.put(modality, lift + baseline / shares.of().size()));
    return new Explanation(baseline, shares.among(present), attribution);
  }
}
