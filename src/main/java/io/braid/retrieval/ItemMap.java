package io.braid.retrieval;

import io.braid.encoder.Vector;
import io.braid.metrics.PrincipalAxes;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/** Embeddings of a collection, projected so that people can look at them. */
@Component
class ItemMap {
  /** Most vectors from which the axes are told. */
  private static final int MEASURED = 2000;

  private final ItemSample sample;

  ItemMap(ItemSample sample) {
    this.sample = sample;
  }

  /**
   * Some items along the axes in which they differ most.
   *
   * @param explained part of the variance along each axis
   */
  record Projection(List<Double> explained, List<Place> places) {}

  /** Where an item lies. */
  record Place(StoredItem item, double[] position) {}

  /**
   * Draws items by chance; those without the embedding are left out.
   *
   * @param target which embedding
   * @param most items
   * @param components most axes
   */
  Projection project(GenerationId generation, String target, int most, int components) {
    List<StoredItem> items =
        sample.draw(generation, most).stream()
            .filter(item -> item.embedded().vectors().containsKey(target))
            .toList();
    if (items.isEmpty()) {
      return new Projection(List.of(), List.of());
    }
    List<float[]> vectors =
        items.stream()
            .map(item -> item.embedded().vectors().getOrDefault(target, Vector.of()).toArray())
            .toList();
    int step = (vectors.size() - 1) / MEASURED + 1;
    PrincipalAxes axes =
        PrincipalAxes.of(
            IntStream.iterate(0, i -> i < vectors.size(), i -> i + step)
                .mapToObj(vectors::get)
                .toList(),
            components);
    return new Projection(
        axes.explained(),
        IntStream.range(0, items.size())
            .mapToObj(i -> new Place(items.get(i), axes.position(vectors.get(i))))
            .toList());
  }
}
