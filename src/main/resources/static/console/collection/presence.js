// Which modalities the items have, and which the queries had: whether what is stored fits what is asked with.
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import { computed } from 'vue';
import { count } from '../words.js';
import Fault from '../parts/fault.js';
import SubsetShares from '../parts/subset-shares.js';

const EVERY = 5000; // ms

export default {
  components: { Fault, SubsetShares },
  props: { name: String },
  setup({ name }) {
    const loaded = useLoaded(signal => get(`/v1/collections/${encodeURIComponent(name)}/presence`, signal), EVERY);
    const sum = subsets => Object.values(subsets ?? {}).reduce((a, b) => a + b, 0);
    const queries = computed(() => sum(loaded.value?.queries));
    const kinds = computed(() => [['items', loaded.value.items], ...queries.value ? [['queries', loaded.value.queries]] : []]);
    return { count, kinds, loaded, queries };
  },
  template: `
    <section aria-labelledby="presence">
      <h2 id="presence">Which modalities they have</h2>
      <Fault :problem="loaded.problem"></Fault>
      <template v-if="loaded.value">
        <p class="note">
          <template v-if="queries">{{ queries === 1 ? '1 query' : count(queries) + ' queries' }} since the service started.</template>
          <template v-else>Nothing was asked since the service started.</template>
        </p>
        <SubsetShares :kinds="kinds" about="presence"></SubsetShares>
      </template>
    </section>`,
};
