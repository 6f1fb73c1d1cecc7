// One evaluation: where it stands, and what it measured.
import { computed, watch } from 'vue';
import { useRouter } from 'vue-router';
import { useEvaluation } from '../evaluation/watch.js';
import Fault from '../parts/fault.js';
import Probes from '../evaluation/probes.js';
import Retrieval from '../evaluation/retrieval.js';
import Spec from '../job/spec.js';
import Standing from '../evaluation/standing.js';
import Subsets from '../model/subsets.js';
import Worth from '../model/worth.js';

export default {
  components: { Fault, Probes, Retrieval, Spec, Standing, Subsets, Worth },
  props: { evaluation: String },
  setup({ evaluation }) {
    const watched = useEvaluation(evaluation);
    const router = useRouter();
    watch(() => watched.evaluation.value?.id, id => evaluation === 'latest' && id && router.replace(`/evaluations/${id}`)); // which is another later
    const now = computed(() => watched.evaluation.value);
    const metrics = computed(() => now.value?.state === 'succeeded' ? now.value.metrics : undefined);
    const names = computed(() => Object.keys(metrics.value.retrieval).filter(name => name !== 'mean'));
    return { metrics, names, now, watched };
  },
  template: `
    <template v-if="now">
      <h1>Evaluation of {{ now.spec.model }} v{{ now.spec.version }}</h1>
      <p class="note">
        {{ now.id }}, of <router-link :to="'/models/' + now.spec.model">{{ now.spec.model }}</router-link> on
        {{ now.spec.split === 'all' ? 'all samples' : 'the ' + now.spec.split + ' split' }} of <router-link :to="'/data/' + now.spec.dataset">{{ now.spec.dataset }}</router-link>
      </p>
    </template>
    <h1 v-else>{{ evaluation }}</h1>
    <Fault :problem="watched.evaluation.problem"></Fault>
    <template v-if="now">
      <Standing :watched="watched"></Standing>
      <template v-if="metrics">
        <Retrieval :metrics="metrics"></Retrieval>
        <Probes v-if="metrics.probes" :probes="metrics.probes"></Probes>
        <Subsets v-if="metrics.subsets" :evaluation="now" :names="names"></Subsets>
        <Worth v-if="metrics.worth" :evaluation="now" :names="names"></Worth>
      </template>
      <Spec :job="now"></Spec>
    </template>`,
};
