package io.braid.retrieval;

import io.braid.encoder.Vector;
import io.braid.metrics.PrincipalAxes;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/** Embeddings of a collection, projected so that people can look at them. */
@Component
class ItemMap {
  /** Most vectors that the axes are those of: the covariance of 2000 is enough for two axes. */
  private static final int MAX_MEASURED = 2000;

  private final ItemSample sample;

  ItemMap(ItemSample sample) {
    this.sample = sample;
  }

  /**
   * Some items along the axes in which they differ most.
   *
   * @param explained part of the variance along each axis
   */
  record Projection(List<Double> explained, List<Place> places) {
    Projection {
      explained = List.copyOf(explained);
      places = List.copyOf(places);
    }
  }

  /**
   * Where an item lies.
   *
   * @param position one coordinate an axis
   */
  record Place(StoredItem item, List<Double> position) {
    Place {
      position = List.copyOf(position);
    }
  }

  private record Located(StoredItem item, Vector vector) {}

  /**
   * Draws items by chance; those without the embedding are left out.
   *
   * @param target which embedding
   * @param most items
   * @param components most axes
   */
  Projection project(GenerationId generation, String target, int most, int components) {
    List<Located> items =
        sample.draw(generation, most).stream()
            .flatMap(
                item -> item.embedded().vector(target).map(of -> new Located(item, of)).stream())
            .toList();
    if (items.isEmpty()) {
      return new Projection(List.of(), List.of());
    }
    int step = (items.size() - 1) / MAX_MEASURED + 1;
    PrincipalAxes axes =
        PrincipalAxes.of(
            IntStream.iterate(0, i -> i < items.size(), i -> i + step)
                .mapToObj(i -> items.get(i).vector().toArray())
                .toList(),
            components);
    return new Projection(
        axes.explained(),
        items.stream()
            .map(one -> new Place(one.item(), axes.position(one.vector().toArray())))
            .toList());
  }
}
