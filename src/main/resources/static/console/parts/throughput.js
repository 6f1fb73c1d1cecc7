// What is embedded and searched now, and in the last minutes.
import { computed, watch } from 'vue';
import { useLoaded } from '../loading.js';
import { chartColour } from '../modalities.js';
import { history, sample } from '../metrics.js';
import { rate } from '../words.js';
import Chart from './chart.js';
import Fault from './fault.js';

const EVERY = 2000; // ms
const SHOWN = 120_000; // ms

export default {
  components: { Chart, Fault },
  setup() {
    const loaded = useLoaded(sample, EVERY);
    const elsewhere = computed(() => loaded.problem?.status === 404);
    watch(elsewhere, () => elsewhere.value && loaded.stop());
    const now = computed(() => history.points.at(-1) ?? { samples: 0, searches: 0, busy: 0 });
    const line = (name, field, index) => ({
      name, type: 'line', showSymbol: false, smooth: 0.2, color: chartColour(index), areaStyle: { opacity: 0.08 },
      data: history.points.map(point => [point.time, point[field]]),
    });
    const option = () => {
      const end = history.points.at(-1)?.time ?? Date.now();
      return {
        grid: { left: 44, right: 8, top: 12, bottom: 24 },
        tooltip: { trigger: 'axis', valueFormatter: rate },
        xAxis: { type: 'time', min: end - SHOWN, max: end, splitNumber: 4 },
        yAxis: { type: 'value', min: 0, max: ({ max }) => Math.max(1, Math.ceil(max)), minInterval: 1, splitNumber: 3 },
        series: [line('samples embedded a second', 'samples', 0), line('queries a second', 'searches', 2)],
      };
    };
    return { elsewhere, history, loaded, now, option, rate };
  },
  template: `
    <section class="throughput" aria-labelledby="throughput">
      <h2 id="throughput">Now</h2>
      <p v-if="elsewhere" class="note">Metrics have a port of their own here: what is embedded and searched is told there.</p>
      <Fault v-else-if="loaded.problem" :problem="loaded.problem"></Fault>
      <dl v-if="!loaded.problem" class="figures">
        <div style="--c: var(--modality-0)"><dt>samples embedded a second</dt><dd>{{ rate(now.samples) }}</dd></div>
        <div style="--c: var(--modality-2)"><dt>queries a second</dt><dd>{{ rate(now.searches) }}</dd></div>
        <div><dt>of the time computing</dt><dd>{{ Math.round(100 * now.busy) }} %</dd></div>
        <div><dt>waiting for a device</dt><dd>{{ history.waiting }}</dd></div>
      </dl>
      <Chart v-if="!loaded.problem" :option="option" label="Samples embedded and queries a second over the last two minutes" height="9rem"></Chart>
    </section>`,
};
