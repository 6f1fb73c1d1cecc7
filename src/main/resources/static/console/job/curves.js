// Losses and recall of a run, as they come.
import { lines } from '../parts/lines.js';
import Chart from '../parts/chart.js';

const pairs = (list, of) => list.map(one => [one.step, of(one)]).filter(([, value]) => value != null);

export default {
  components: { Chart },
  props: { run: Object },
  setup({ run }) {
    const x = () => ({ name: 'step', max: Math.max(2, run.steps.at(-1).step) });
    const losses = () => lines({ x: x(), y: {}, series: [
      { name: 'loss of a step', colour: 7, data: pairs(run.steps, step => step.loss), showSymbol: false, sampling: 'lttb', lineStyle: { width: 1 } },
      { name: 'training loss', colour: 0, data: pairs(run.epochs, epoch => epoch.train_loss) },
      { name: 'test loss', colour: 3, data: pairs(run.epochs, epoch => epoch.test_loss) },
    ] });
    const recalls = () => lines({ x: x(), y: { min: 0, scale: false }, series: [1, 5, 10].map((k, index) => (
      { name: `recall@${k}`, colour: [2, 4, 1][index], data: pairs(run.epochs, epoch => epoch.retrieval?.mean?.[`recall@${k}`]) })) });
    return { losses, recalls };
  },
  template: `
    <section class="apart" aria-labelledby="curves">
      <h2 id="curves">How it learns</h2>
      <p v-if="!run.steps.length" class="note">No step was done yet.</p>
      <template v-else>
        <div class="pair">
          <Chart :option="losses" label="Loss of each step, and training and test loss of each epoch. The epochs are in the table below."></Chart>
          <Chart :option="recalls" label="Recall at 1, 5 and 10 on the test split, by epoch. The same numbers are in the table below."></Chart>
        </div>
        <details>
          <summary>As numbers</summary>
          <div class="wide" role="group" tabindex="0" aria-labelledby="curves"><table>
            <thead><tr><th>Epoch</th><th class="number">Training loss</th><th class="number">Test loss</th><th v-for="k in [1, 5, 10]" class="number">recall@{{ k }}</th><th class="number">Median rank</th></tr></thead>
            <tbody><tr v-for="epoch in run.epochs" :key="epoch.epoch">
              <th scope="row">{{ epoch.epoch }}<span v-if="epoch.best" class="hidden">, the best until then</span></th>
              <td class="number">{{ epoch.train_loss?.toFixed(4) }}</td><td class="number">{{ epoch.test_loss?.toFixed(4) }}</td>
              <td v-for="k in [1, 5, 10]" class="number">{{ epoch.retrieval?.mean?.['recall@' + k]?.toFixed(3) }}</td>
              <td class="number">{{ epoch.retrieval?.mean?.median_rank }}</td>
            </tr></tbody>
          </table></div>
        </details>
      </template>
    </section>`,
};
