// A map by directions and, once somebody wants that, by neighbours.
import { computed, reactive, watch } from 'vue';
import { useSeen } from '../seen.js';
import { FEWEST, MOST, useNeighbours } from './neighbours.js';

/**
 * `offered` is whether there are enough items to have neighbours, `near` whether somebody wants them, and `byNeighbours` whether
 * `map` has the places that keep them together.
 *
 * @param props {collection}
 * @param asked {target, limit}, which may change
 * @param loaded gives the map by directions, with as many points as `limit` has; it is not called before this is done
 * @param place where the map is on the page: neighbours are not arranged before it was seen
 */
export function useArranged(props, asked, loaded, place) {
  const seen = useSeen(place);
  const address = () => {
    const { name } = props.collection;
    return seen.value && arranged.offered && `/v1/collections/${encodeURIComponent(name)}/map?${new URLSearchParams({ target: asked.target })}`;
  };
  const state = () => {
    const { created_at: made, count, bytes } = props.collection;
    return [made, count, bytes].join();
  };
  const neighbours = useNeighbours(address, state);
  const arranged = reactive({
    near: false, neighbours,
    offered: computed(() => loaded()?.points.length >= FEWEST),
    byNeighbours: computed(() => Boolean(arranged.near && neighbours.places)),
    limit: computed(() => arranged.near ? Math.min(asked.limit, MOST) : asked.limit),
    map: computed(() => arranged.byNeighbours && loaded() ? placed(loaded(), neighbours.places) : loaded()),
  });
  watch(() => asked.target, () => arranged.near = false);
  return arranged;
}

const placed = (map, places) => (
  { ...map, points: map.points.filter(({ id }) => places.has(id)).map(point => ({ ...point, position: places.get(point.id) })) });
