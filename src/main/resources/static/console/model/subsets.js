// How well each subset of modalities finds its sample again.
import { computed } from 'vue';
import { chartColour } from '../modalities.js';
import { count } from '../words.js';
import Chart from '../parts/chart.js';

const SHOWN = 31; // bars; of five modalities all

export default {
  components: { Chart },
  props: { evaluation: Object, names: Array },
  setup(props) {
    const best = computed(() => Object.entries(props.evaluation.metrics.subsets)
      .map(([name, subset]) => ({ name, ...subset }))
      .filter(subset => subset['recall@10'] != null)
      .sort((a, b) => b['recall@10'] - a['recall@10']).slice(0, SHOWN));
    const bar = (name, field, index) => ({
      name, type: 'bar', barMaxWidth: 9, color: chartColour(index), data: best.value.map(subset => subset[field]),
    });
    const option = () => ({
      grid: { left: 12, right: 16, top: 34, bottom: 12, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: { top: 0, right: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 6 },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: x => x?.toFixed(3) },
      xAxis: { type: 'value', min: 0, max: 1 },
      yAxis: { type: 'category', inverse: true, data: best.value.map(subset => subset.name), axisLine: { show: false } },
      series: [bar('recall@10', 'recall@10', 0), bar('recall@1', 'recall@1', 3)],
    });
    return { best, count, option };
  },
  template: `
    <section class="apart" aria-labelledby="subsets">
      <h2 id="subsets">What each subset finds</h2>
      <p class="note">
        How often just these modalities of a sample find it among {{ count(evaluation.metrics.samples) }} whole samples
        of {{ evaluation.spec.dataset }} ({{ evaluation.spec.split }}). Where they are all that a sample has, it finds itself.
      </p>
      <Chart :option="option" :height="4.5 + 1.7 * best.length + 'rem'" label="Recall at 1 and 10 by subset of modalities. The same numbers are in the table below."></Chart>
      <details>
        <summary>As numbers</summary>
        <div class="wide" role="group" tabindex="0" aria-labelledby="subsets"><table>
          <thead><tr><th>Subset</th><th class="number">Queries</th><th class="number">Find themselves</th><th class="number">Median rank</th><th class="number">recall@1</th><th class="number">recall@10</th></tr></thead>
          <tbody><tr v-for="subset in best" :key="subset.name">
            <th scope="row">{{ subset.name }}</th><td class="number">{{ subset.queries }}</td><td class="number">{{ subset.whole }}</td><td class="number">{{ subset.median_rank }}</td>
            <td class="number">{{ subset['recall@1'].toFixed(3) }}</td><td class="number">{{ subset['recall@10'].toFixed(3) }}</td>
          </tr></tbody>
        </table></div>
      </details>
    </section>`,
};
