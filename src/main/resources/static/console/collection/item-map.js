// Where the items lie, as points: by the directions in which they differ most, or so that neighbours stay together.
import { computed, ref, shallowRef, watch } from 'vue';
import { useRouter } from 'vue-router';
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import { channels } from '../modalities.js';
import { dark } from '../theme.js';
import { count, duration, percent } from '../words.js';
import { grouped, PRESENCE } from './groups.js';
import { plot } from './map-plot.js';
import { FEWEST, MOST, useNeighbours } from './neighbours.js';
import Arrangement from './arrangement.js';
import Chart from '../parts/chart.js';
import Fault from '../parts/fault.js';

const SIZES = [5000, 20_000]; // points; more are not given

export default {
  components: { Arrangement, Chart, Fault },
  props: { collection: Object },
  setup(props) {
    const router = useRouter();
    const path = `/v1/collections/${encodeURIComponent(props.collection.name)}`;
    const by = ref(''); // what colours stand for: a kind of presence, or a metadata field
    const limit = ref(SIZES[0]);
    const target = ref('fusion');
    const near = ref(false); // whether they are arranged by neighbours
    const targets = useTargets(props.collection);
    const chart = shallowRef();
    const items = useLoaded(signal => get(`${path}/items?limit=200`, signal));
    const fields = computed(() => [...new Set((items.value?.items ?? []).flatMap(item => Object.keys(item.metadata ?? {})))].sort());
    const shown = computed(() => near.value ? Math.min(limit.value, MOST) : limit.value);
    const loaded = useLoaded(signal => {
      const query = new URLSearchParams({ limit: shown.value, target: target.value });
      if (!(by.value in PRESENCE)) query.set('field', by.value);
      return get(`${path}/map?${query}`, signal).then(map => ({ ...map, by: by.value }));
    });
    watch([by, shown, target], loaded.refresh);
    const neighbours = useNeighbours(() => loaded.value?.points.length >= FEWEST && `${path}/map?${new URLSearchParams({ target: target.value })}`);
    watch(target, () => near.value = false);
    watch(near, () => chart.value?.look(), { flush: 'post' });
    const arranged = computed(() => near.value && neighbours.places);
    /** The map as it is shown: by neighbours, points have the places of their arrangement. */
    const map = computed(() => !arranged.value || !loaded.value ? loaded.value : { ...loaded.value, points: loaded.value.points
      .filter(({ id }) => arranged.value.has(id)).map(point => ({ ...point, position: arranged.value.get(point.id) })) });
    const groups = computed(() => dark.value != null && map.value ? grouped(map.value.points, map.value.by) : []);
    const option = () => plot(groups.value, map.value);
    const sizes = computed(() => SIZES.filter((size, index) => !index || props.collection.count > SIZES[index - 1]));
    const pick = ({ data }) => data && router.push({ path: '/try', query: { collection: props.collection.name, item: data[2] } });
    const MOVES = { ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], ArrowUp: [0, 0.2], ArrowDown: [0, -0.2] };
    function key(event) {
      if (event.key in MOVES) chart.value.look(1, MOVES[event.key]);
      else if (event.key === '+' || event.key === '=') chart.value.look(0.7);
      else if (event.key === '-') chart.value.look(1 / 0.7);
      else if (event.key === '0') chart.value.look();
      else return;
      event.preventDefault();
    }
    return { FEWEST, PRESENCE, arranged, by, chart, count, duration, fields, groups, key, limit, loaded, map, near, neighbours, option, percent, pick, shown, sizes, target, targets };
  },
  template: `
    <section class="apart" aria-labelledby="map">
      <h2 id="map">Where they lie</h2>
      <form class="picker" @submit.prevent>
        <Arrangement v-if="loaded.value?.points.length >= FEWEST" v-model="near" :neighbours="neighbours"></Arrangement>
        <label>Colour
          <select v-model="by">
            <option v-for="(name, key) in PRESENCE" :value="key">{{ name }}</option>
            <option v-for="field in fields">{{ field }}</option>
          </select>
        </label>
        <label v-if="targets.length > 1">Embedding
          <select v-model="target"><option v-for="name in targets">{{ name }}</option></select>
        </label>
        <label v-if="sizes.length > 1">Points
          <select v-model.number="limit"><option v-for="size in sizes" :value="size">{{ count(size) }}</option></select>
        </label>
        <span class="zooms">
          <button type="button" class="secondary outline" aria-label="Closer" @click="chart.look(0.7)">+</button>
          <button type="button" class="secondary outline" aria-label="Farther" @click="chart.look(1 / 0.7)">−</button>
          <button type="button" class="secondary outline" @click="chart.look()">All</button>
        </span>
      </form>
      <Fault :problem="loaded.problem"></Fault>
      <p v-if="!loaded.value && !loaded.problem" class="note" aria-busy="true">The map is drawn.</p>
      <template v-if="map">
        <p class="note" role="status">
          {{ count(map.points.length) }} of {{ count(map.items) }} items<template
            v-if="map.points.length === shown && shown < map.items">, drawn by chance</template
          ><template v-else-if="map.points.length < map.items">, for the others have no such embedding</template>,
          <template v-if="arranged">arranged so that neighbours stay neighbours, by {{ neighbours.directions }} directions that hold {{ percent(neighbours.explained) }} of the variance.
          How far apart groups lie tells little. It took {{ duration(Math.max(1, neighbours.seconds)) }}.</template>
          <template v-else>along the two directions in which they differ most: {{ percent(map.explained.slice(0, 2).reduce((a, b) => a + b, 0)) }} of the variance.</template>
          A click on an item tries it.
        </p>
        <div class="map" tabindex="0" role="group" aria-label="Map of the items. Arrows move it, plus and minus zoom, 0 shows all." @keydown="key">
          <Chart ref="chart" :option="option" renderer="canvas" height="clamp(22rem, 62vh, 40rem)" @pick="pick"
            label="Items as points. The groups that have a colour are in the table below."></Chart>
        </div>
        <details>
          <summary>As numbers</summary>
          <div class="wide" role="group" tabindex="0" aria-labelledby="map"><table>
            <thead><tr><th>Group</th><th class="number">Items</th><th class="number">Middle, across</th><th class="number">Middle, up</th></tr></thead>
            <tbody><tr v-for="group in groups" :key="group.name">
              <th scope="row">{{ group.name }}</th><td class="number">{{ count(group.points.length) }}</td>
              <td v-for="axis in 2" class="number">{{ (group.points.reduce((sum, point) => sum + point.position[axis - 1], 0) / group.points.length).toFixed(3) }}</td>
            </tr></tbody>
          </table></div>
        </details>
      </template>
    </section>`,
};

/** The embeddings that a collection keeps, by name. */
function useTargets({ keep, model, version }) {
  const loaded = useLoaded(async signal => keep.length > 1 && (await get(`/v1/models/${model}/versions/${version}`, signal)).config);
  const names = {
    fusion: () => ['fusion'],
    unimodal: config => config.modalities.map(modality => modality.name),
    channels: config => channels(config).map(channel => channel.name),
  };
  return computed(() => loaded.value ? [...new Set(keep.flatMap(kept => names[kept](loaded.value)))] : ['fusion']);
}
