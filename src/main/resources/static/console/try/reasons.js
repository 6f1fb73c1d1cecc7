// What each hit rests on: the lift of each modality of the query, stacked.
import { computed } from 'vue';
import { chartColour } from '../modalities.js';
import { signed } from '../words.js';
import Chart from '../parts/chart.js';

export default {
  components: { Chart },
  props: { question: Object, answers: Object },
  setup(props) {
    const explained = computed(() => props.answers.hits.filter(hit => hit.lift));
    const asked = computed(() => props.question.names.filter(name => name in (explained.value[0]?.lift ?? {})));
    const option = () => ({
      grid: { left: 12, right: 16, top: 4, bottom: 10, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: x => signed(x, 4) },
      xAxis: { type: 'value', splitNumber: 3, axisLabel: { formatter: x => x ? signed(x, 3).replace(/0+$/, '') : '0', hideOverlap: true } },
      yAxis: { type: 'category', inverse: true, data: explained.value.map(hit => hit.id), axisLine: { show: false } },
      series: asked.value.map(name => ({
        name, type: 'bar', stack: 'lift', barMaxWidth: 14, color: chartColour(props.question.names.indexOf(name)),
        data: explained.value.map(hit => hit.lift[name]),
      })),
    });
    return { asked, explained, option, signed };
  },
  template: `
    <section v-if="explained.length" aria-labelledby="reasons">
      <h2 id="reasons">What it rests on</h2>
      <p class="note">How far each modality of the sample lifts a hit above what all items score.</p>
      <Chart :option="option" :height="3 + 1.55 * explained.length + 'rem'"
        label="Lift of each modality, by hit. The same numbers are in the table below."></Chart>
      <details>
        <summary>As numbers</summary>
        <div class="wide" role="group" tabindex="0" aria-labelledby="reasons"><table>
          <thead><tr><th>Item</th><th v-for="name in asked" class="number">{{ name }}</th></tr></thead>
          <tbody><tr v-for="hit in explained" :key="hit.id">
            <th scope="row">{{ hit.id }}</th><td v-for="name in asked" class="number">{{ signed(hit.lift[name], 4) }}</td>
          </tr></tbody>
        </table></div>
      </details>
    </section>`,
};
