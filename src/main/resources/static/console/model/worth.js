// What each modality adds, with the interval in which that lies.
import { computed } from 'vue';
import { colour } from '../modalities.js';
import { signed } from '../words.js';

export default {
  props: { evaluation: Object, names: Array },
  setup(props) {
    const { worth } = props.evaluation.metrics;
    const metrics = computed(() => [...new Set(Object.values(worth).flatMap(Object.keys))]);
    const rows = computed(() => props.names.filter(name => worth[name])
      .map(name => ({ name, colour: colour(props.names.indexOf(name)), gains: metrics.value.map(metric => worth[name][metric]) })));
    return { metrics, rows, signed };
  },
  template: `
    <section class="apart" aria-labelledby="worth">
      <h2 id="worth">What each modality adds</h2>
      <p class="note">The mean gain when it joins the others, with its 95 % interval. Of ranks and errors (l1), less is better.</p>
      <div class="wide" role="group" tabindex="0" aria-labelledby="worth"><table>
        <thead><tr><th>Modality</th><th v-for="metric in metrics" class="number">{{ metric }}</th></tr></thead>
        <tbody><tr v-for="row in rows" :key="row.name">
          <th scope="row"><span class="chip" :style="{ '--c': row.colour }">{{ row.name }}</span></th>
          <td v-for="gain in row.gains" class="number">
            <template v-if="gain">{{ signed(gain.gain) }}<br><span class="note">{{ signed(gain.low) }} to {{ signed(gain.high) }}</span></template>
          </td>
        </tr></tbody>
      </table></div>
    </section>`,
};
