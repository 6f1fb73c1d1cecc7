// The datasets, and a way to bring one.
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import { plural, percent } from '../words.js';
import Fault from '../parts/fault.js';
import Upload from '../upload/form.js';

const EVERY = 10_000; // ms

export default {
  components: { Fault, Upload },
  setup: () => ({
    loaded: useLoaded(signal => get('/v1/datasets?limit=1000', signal), EVERY),
    names: dataset => dataset.modalities.map(modality => modality.name).join(', '),
    percent, plural,
  }),
  template: `
    <h1>Data</h1>
    <section aria-labelledby="datasets">
      <h2 id="datasets">Datasets</h2>
      <Fault :problem="loaded.problem"></Fault>
      <p v-if="loaded.value?.items.length === 0" class="note">None yet.</p>
      <ul class="rows">
        <li v-for="dataset in loaded.value?.items" :key="dataset.name">
          <router-link class="name" :to="'/data/' + dataset.name">{{ dataset.name }}</router-link>
          <span class="note">{{ plural(dataset.samples, 'sample') }}, {{ percent(dataset.modal_sparsity) }} of their modalities absent: {{ names(dataset) }}</span>
        </li>
      </ul>
    </section>
    <Upload @done="loaded.refresh"></Upload>`,
};
