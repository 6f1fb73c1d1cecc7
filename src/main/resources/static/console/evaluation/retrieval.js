// How well each modality alone finds its sample, and how embeddings lie.
import { computed } from 'vue';
import { chartColour } from '../modalities.js';
import Chart from '../parts/chart.js';

const RECALLS = ['recall@1', 'recall@5', 'recall@10'];

export default {
  components: { Chart },
  props: { metrics: Object },
  setup(props) {
    const rows = computed(() => {
      const { mean, ...modalities } = props.metrics.retrieval;
      return [...Object.entries(modalities), ['mean', mean]].map(([name, found]) => ({
        name, ...found, alignment: props.metrics.alignment?.[name],
        uniformity: props.metrics.uniformity?.[name === 'mean' ? 'unimodal_mean' : name],
      }));
    });
    const option = () => ({
      grid: { left: 12, right: 16, top: 34, bottom: 12, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: { top: 0, right: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 6 },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: x => x?.toFixed(3) },
      xAxis: { type: 'value', min: 0, max: 1 },
      yAxis: { type: 'category', inverse: true, data: rows.value.map(row => row.name), axisLine: { show: false } },
      series: RECALLS.map((recall, index) => (
        { name: recall, type: 'bar', barMaxWidth: 9, color: chartColour([3, 2, 0][index]), data: rows.value.map(row => row[recall]) })),
    });
    return { RECALLS, option, rows };
  },
  template: `
    <section class="apart" aria-labelledby="retrieval">
      <h2 id="retrieval">What each modality finds</h2>
      <p class="note">How often one modality alone finds its own sample among all {{ metrics.samples }}.<template v-if="metrics.absent"> No sample has {{ metrics.absent.join(', ') }}.</template></p>
      <Chart :option="option" :height="4 + 2.6 * rows.length + 'rem'" label="Recall at 1, 5 and 10 by modality. The same numbers are in the table below."></Chart>
      <details>
        <summary>As numbers</summary>
        <div class="wide" role="group" tabindex="0" aria-labelledby="retrieval"><table>
          <thead><tr><th>Modality</th><th v-for="recall in RECALLS" class="number">{{ recall }}</th><th class="number">Median rank</th><th class="number">Alignment</th><th class="number">Uniformity</th></tr></thead>
          <tbody>
            <tr v-for="row in rows" :key="row.name">
              <th scope="row">{{ row.name }}</th><td v-for="recall in RECALLS" class="number">{{ row[recall]?.toFixed(3) }}</td>
              <td class="number">{{ row.median_rank }}</td><td class="number">{{ row.alignment?.toFixed(3) }}</td><td class="number">{{ row.uniformity?.toFixed(3) }}</td>
            </tr>
            <tr v-if="metrics.uniformity?.fusion != null"><th scope="row">fusion</th><td v-for="_ in 5"></td><td class="number">{{ metrics.uniformity.fusion.toFixed(3) }}</td></tr>
          </tbody>
        </table></div>
        <p class="note">Ranks count from 0. Alignment is the mean squared distance to the fusion; uniformity tells how evenly embeddings fill their space. Of ranks and both of these, less is better.</p>
      </details>
    </section>`,
};
