// One dataset: its samples, and which modalities they have.
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import { colour, describe } from '../modalities.js';
import { count, percent, plural } from '../words.js';
import Fault from '../parts/fault.js';
import Removal from '../parts/removal.js';
import SubsetShares from '../parts/subset-shares.js';

export default {
  components: { Fault, Removal, SubsetShares },
  props: { dataset: String },
  setup({ dataset }) {
    const path = `/v1/datasets/${encodeURIComponent(dataset)}`;
    return {
      colour, count, describe, path, percent, plural,
      loaded: useLoaded(signal => get(path, signal)),
      presence: useLoaded(signal => get(`${path}/presence`, signal)),
    };
  },
  template: `
    <h1>{{ dataset }}</h1>
    <Fault :problem="loaded.problem"></Fault>
    <template v-if="loaded.value">
      <p class="ways">
        <router-link role="button" :to="{ path: '/train', query: { dataset } }">Train on it</router-link>
        <span>
          {{ plural(loaded.value.samples, 'sample') }}: {{ count(loaded.value.splits.train) }} to train on, {{ count(loaded.value.splits.test) }} to test on.
          {{ percent(loaded.value.modal_sparsity) }} of their modalities are absent.
          <template v-if="loaded.value.labels.length">Labels: {{ loaded.value.labels.join(', ') }}.</template>
        </span>
      </p>
      <div class="columns">
        <section aria-labelledby="modalities">
          <h2 id="modalities">What its samples may have</h2>
          <ul class="rows">
            <li v-for="(modality, index) in loaded.value.modalities" :key="modality.name">
              <span class="chip name" :style="{ '--c': colour(index) }">{{ modality.name }}</span>
              <span class="note">{{ describe(modality) }}</span>
              <span class="has note">
                {{ count(modality.present) }} have it
                <meter :value="modality.present / Math.max(1, loaded.value.samples)" :aria-label="'Samples with ' + modality.name"></meter>
              </span>
            </li>
          </ul>
        </section>
        <section aria-labelledby="presence">
          <h2 id="presence">Which modalities they have</h2>
          <Fault :problem="presence.problem"></Fault>
          <SubsetShares v-if="presence.value" :kinds="[['samples', presence.value.subsets]]" about="presence"></SubsetShares>
        </section>
      </div>
      <Removal kind="dataset" :name="dataset" :path="path" then="/data">
        Its {{ plural(loaded.value.samples, 'sample') }} will be gone for good. Models that were trained on it stay, and so does what was measured.
      </Removal>
    </template>`,
};
