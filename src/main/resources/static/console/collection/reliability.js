// Whether confidences come true: what was told of hits, and how many of them were the match.
import { ref } from 'vue';
import { get, post } from '../api.js';
import { useLoaded } from '../loading.js';
import { chartColour } from '../modalities.js';
import { ago, count, percent, plural } from '../words.js';
import { stroke } from '../parts/lines.js';
import Chart from '../parts/chart.js';
import Fault from '../parts/fault.js';

const EVERY = 3000; // ms

/** As far as chance alone may have moved what was seen, one standard error. */
const error = ({ seen, hits }) => Math.sqrt(seen * (1 - seen) / hits);

export default {
  components: { Chart, Fault },
  props: { name: String },
  setup({ name }) {
    const path = `/v1/collections/${encodeURIComponent(name)}/calibration`;
    const loaded = useLoaded(signal => get(path, signal), EVERY);
    const problem = ref();
    const calibrate = () => post(path).then(loaded.refresh, failure => problem.value = failure);
    const option = () => ({
      grid: { left: 28, right: 16, top: 12, bottom: 28, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      tooltip: { formatter: ({ data }) => `told ${percent(data[0])}<br>seen ${percent(data[1])}<br>${plural(data[2], 'hit')}` },
      xAxis: { type: 'value', min: 0, max: 1, name: 'confidence told', nameLocation: 'middle', nameGap: 24 },
      yAxis: { type: 'value', min: 0, max: 1, name: 'came true', nameLocation: 'middle', nameGap: 36 },
      series: [
        { type: 'line', data: [[0, 0], [1, 1]], symbol: 'none', silent: true, tooltip: { show: false }, color: chartColour(7), lineStyle: { type: 'dashed', width: 1 } },
        { type: 'line', data: loaded.value.reliability.bins.map(bin => [bin.told, bin.seen, bin.hits]), color: chartColour(0),
          symbol: 'circle', symbolSize: ([, , hits]) => 6 + 2 * Math.log10(Math.max(1, hits)) },
        { type: 'custom', silent: true, tooltip: { show: false }, color: chartColour(0), encode: { x: 0, y: [1, 2] }, clip: true,
          data: loaded.value.reliability.bins.map(bin => [bin.told, bin.seen - error(bin), bin.seen + error(bin)]), renderItem: stroke },
      ],
    });
    return { ago, calibrate, count, loaded, option, percent, problem };
  },
  template: `
    <section aria-labelledby="reliability">
      <h2 id="reliability">Whether confidences come true</h2>
      <Fault :problem="loaded.problem ?? problem"></Fault>
      <template v-if="loaded.value">
        <p v-if="loaded.value.fitting" class="note" role="status" aria-busy="true">It is being calibrated: some seconds.</p>
        <p v-else-if="loaded.value.state === 'none'" class="note">
          Not calibrated yet: that is done when a search asks for confidences first.
          <button class="plain inline" @click="calibrate">Calibrate now</button>
        </p>
        <p v-else-if="loaded.value.state === 'fallback'" class="note">
          Too few matches could be seen: confidences rest on an assumption.
          <button class="plain inline" @click="calibrate">Try again</button>
        </p>
        <template v-if="loaded.value.reliability?.bins.length">
          <p class="note">
            On average {{ percent(loaded.value.reliability.error) }} beside the truth, for samples that took no part in the fit.
            A stroke is a standard error: how far chance may have moved a point of so few hits.
            Fitted {{ ago(loaded.value.fitted_at) }} on {{ count(loaded.value.samples) }} of {{ count(loaded.value.items) }} items.
          </p>
          <Chart :option="option" height="20rem" label="How often hits were the match, by the confidence told. The same numbers are in the table below."></Chart>
          <details>
            <summary>As numbers</summary>
            <table>
              <thead><tr><th class="number">Told</th><th class="number">Seen</th><th class="number">Hits</th></tr></thead>
              <tbody><tr v-for="bin in loaded.value.reliability.bins">
                <td class="number">{{ percent(bin.told) }}</td><td class="number">{{ percent(bin.seen) }}</td><td class="number">{{ count(bin.hits) }}</td>
              </tr></tbody>
            </table>
          </details>
        </template>
      </template>
    </section>`,
};
