// What can be read from the fusions by a linear probe, for each label.
import { computed } from 'vue';
import { spoken } from '../words.js';

const KINDS = [
  { name: 'kinds', metrics: ['accuracy', 'f1', 'auroc', 'aupr', 'cross_entropy'] },
  { name: 'numbers', metrics: ['pearson', 'l1'] },
];

export default {
  props: { probes: Object },
  setup(props) {
    const tables = computed(() => KINDS.map(kind => ({ ...kind, labels: Object.entries(props.probes).filter(([, found]) => kind.metrics[0] in found) }))
      .filter(({ labels }) => labels.length));
    return { spoken, tables };
  },
  template: `
    <section class="apart" aria-labelledby="probes">
      <h2 id="probes">What can be read from embeddings</h2>
      <p class="note">By linear probes that were trained on the training split alone. Of cross entropy and l1, less is better.</p>
      <div v-for="table in tables" :key="table.name" class="wide" role="group" tabindex="0" :aria-label="'Labels that are ' + table.name"><table>
        <thead><tr><th>Label</th><th v-for="metric in table.metrics" class="number">{{ spoken(metric) }}</th></tr></thead>
        <tbody><tr v-for="[label, found] in table.labels" :key="label">
          <th scope="row">{{ label }}</th><td v-for="metric in table.metrics" class="number">{{ found[metric]?.toFixed(3) }}</td>
        </tr></tbody>
      </table></div>
    </section>`,
};
