// The cells of a sweep: what each changes, where its run stands, and what its version is worth.
import { computed } from 'vue';
import { spoken } from '../words.js';
import State from '../parts/state.js';

export default {
  components: { State },
  props: { report: Object },
  setup(props) {
    const axes = computed(() => Object.keys(props.report.axes));
    const done = computed(() => props.report.cells.filter(cell => cell.metrics.retrieval).length);
    const mean = (cell, metric) => cell.metrics.retrieval?.mean?.[metric];
    return { axes, done, mean, spoken };
  },
  template: `
    <section aria-labelledby="cells">
      <h2 id="cells">Its runs</h2>
      <p class="note" role="status">{{ done }} of {{ report.cells.length }} trained and measured.</p>
      <progress v-if="report.state === 'running'" :value="done" :max="report.cells.length" aria-label="Cells measured"></progress>
      <div class="wide cells" role="group" tabindex="0" aria-labelledby="cells"><table>
        <thead><tr><th>Run</th><th v-for="axis in axes">{{ spoken(axis) }}</th><th class="number">recall@1</th><th class="number">recall@10</th><th class="number">Median rank</th></tr></thead>
        <tbody><tr v-for="(cell, index) in report.cells" :key="cell.job">
          <th scope="row"><router-link :to="'/jobs/' + cell.job">{{ index + 1 }}</router-link>
            <State :of="cell"></State></th>
          <td v-for="axis in axes">{{ cell.cell[axis] }}</td>
          <td class="number">{{ mean(cell, 'recall@1')?.toFixed(3) }}</td>
          <td class="number">{{ mean(cell, 'recall@10')?.toFixed(3) }}</td>
          <td class="number">{{ mean(cell, 'median_rank') }}</td>
        </tr></tbody>
      </table></div>
    </section>`,
};
