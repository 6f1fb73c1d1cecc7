// Where the items lie, as points with colours; how they are arranged is said in arranged.js.
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { useRouter } from 'vue-router';
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import { channels } from '../modalities.js';
import { dark } from '../theme.js';
import { count, duration, percent } from '../words.js';
import { useArranged } from './arranged.js';
import { grouped, PRESENCE } from './groups.js';
import { plot } from './map-plot.js';
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
    const asked = reactive({
      by: '', // what colours stand for: a kind of presence, or a metadata field
      limit: SIZES[0], target: 'fusion',
    });
    const targets = useTargets(props.collection);
    const chart = shallowRef();
    const place = ref();
    const items = useLoaded(signal => get(`${path}/items?limit=200`, signal));
    const fields = computed(() => [...new Set((items.value?.items ?? []).flatMap(item => Object.keys(item.metadata ?? {})))].sort());
    const arranged = useArranged(props, asked, () => loaded.value, place);
    const loaded = useLoaded(signal => {
      const { by, target } = asked;
      const query = new URLSearchParams({ limit: arranged.limit, target });
      if (!(by in PRESENCE)) query.set('field', by);
      return get(`${path}/map?${query}`, signal).then(map => ({ ...map, by }));
    });
    watch([() => asked.by, () => asked.target, () => arranged.limit], loaded.refresh);
    watch(() => arranged.near, () => chart.value?.look(), { flush: 'post' });
    const groups = computed(() => dark.value != null && arranged.map ? grouped(arranged.map.points, arranged.map.by) : []);
    const option = () => plot(groups.value, arranged.map);
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
    return { PRESENCE, arranged, asked, chart, count, duration, fields, groups, items, key, loaded, option, percent, pick, place, sizes, targets };
  },
  template: `
    <section ref="place" class="apart" aria-labelledby="map">
      <h2 id="map">Where they lie</h2>
      <form class="picker" @submit.prevent>
        <Arrangement v-if="arranged.offered" v-model="arranged.near" :neighbours="arranged.neighbours"></Arrangement>
        <label>Colour
          <select v-model="asked.by">
            <option v-for="(name, key) in PRESENCE" :value="key">{{ name }}</option>
            <option v-for="field in fields">{{ field }}</option>
          </select>
        </label>
        <label v-if="targets.length > 1">Embedding
          <select v-model="asked.target"><option v-for="name in targets">{{ name }}</option></select>
        </label>
        <label v-if="sizes.length > 1">Points
          <select v-model.number="asked.limit"><option v-for="size in sizes" :value="size">{{ count(size) }}</option></select>
        </label>
        <span class="zooms">
          <button type="button" class="secondary outline" aria-label="Closer" @click="chart.look(0.7)">+</button>
          <button type="button" class="secondary outline" aria-label="Farther" @click="chart.look(1 / 0.7)">−</button>
          <button type="button" class="secondary outline" @click="chart.look()">All</button>
        </span>
      </form>
      <Fault :problem="loaded.problem"></Fault>
      <p v-if="!loaded.value && !loaded.problem" class="note" aria-busy="true">The map is drawn.</p>
      <template v-if="arranged.map">
        <p class="note" role="status">
          {{ count(arranged.map.points.length) }} of {{ count(arranged.map.items) }} items<template
            v-if="arranged.map.points.length === arranged.limit && arranged.limit < arranged.map.items">, drawn by chance</template
          ><template v-else-if="arranged.map.points.length < arranged.map.items">, for the others have no such embedding</template>,
          <template v-if="arranged.byNeighbours">arranged so that neighbours stay neighbours, by {{ arranged.neighbours.directions }} directions that hold {{ percent(arranged.neighbours.explained) }} of the variance.
          How far apart groups lie tells little. It took {{ duration(Math.max(1, arranged.neighbours.seconds)) }}.</template>
          <template v-else>along the two directions in which they differ most: {{ percent(arranged.map.explained.slice(0, 2).reduce((a, b) => a + b, 0)) }} of the variance.</template>
          A click on an item tries it; Ctrl and the wheel zoom.
          <button v-if="collection.count !== arranged.map.items" type="button" class="plain inline" @click="loaded.refresh">
            Items have come or gone since: draw it again</button>
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
          <p class="note">Some of the items, to try:</p>
          <ul class="some"><li v-for="{ id } in items.value?.items.slice(0, 50)" :key="id">
            <router-link :to="{ path: '/try', query: { collection: collection.name, item: id } }">{{ id }}</router-link>
          </li></ul>
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
