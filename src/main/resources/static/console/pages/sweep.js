// A sweep: its cells, and the paper's figures for this data.
import { computed } from 'vue';
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import { spoken } from '../words.js';
import Cells from '../sweep/cells.js';
import Fault from '../parts/fault.js';
import Figure from '../sweep/figure.js';

const EVERY = 4000; // ms

export default {
  components: { Cells, Fault, Figure },
  props: { sweep: String },
  setup({ sweep }) {
    const path = `/v1/sweeps/${encodeURIComponent(sweep)}`;
    const loaded = useLoaded(signal => get(`${path}/report`, signal), EVERY);
    const axes = computed(() => Object.entries(loaded.value?.axes ?? {}).map(([field, values]) => `${spoken(field)}: ${values.join(', ')}`));
    const figures = computed(() => (loaded.value?.figures ?? []).filter(figure =>
      figure.panels.some(panel => panel.series.some(series => series.points.length))));
    return { axes, figures, loaded, path };
  },
  template: `
    <h1>Sweep</h1>
    <p class="note">
      {{ loaded.value?.sweep ?? sweep }}<template v-if="axes.length">: {{ axes.join('; ') }}</template>.
      <a :href="path + '/report'">The report as a page of its own</a>
    </p>
    <Fault :problem="loaded.problem"></Fault>
    <template v-if="loaded.value">
      <Cells :report="loaded.value"></Cells>
      <p v-if="!figures.length" class="note apart" role="status">The figures come as soon as a version is measured.</p>
      <Figure v-for="figure in figures" :key="figure.figure" :figure="figure"></Figure>
    </template>`,
};
