// One model: what it is, which channel sees what, how it was trained, what it is worth.
import { computed, ref } from 'vue';
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import { useNewest } from '../newest.js';
import Channels from '../model/channels.js';
import Curves from '../model/curves.js';
import Evaluations from '../parts/evaluations.js';
import Facts from '../model/facts.js';
import Fault from '../parts/fault.js';
import Subsets from '../model/subsets.js';
import Versions from '../model/versions.js';
import Worth from '../model/worth.js';

const EVERY = 10_000; // ms
const MOST = 1000; // evaluations, for one of long ago may be the one that measured the chosen version
const NEWEST = 6; // that are loaded again

export default {
  components: { Channels, Curves, Evaluations, Facts, Fault, Subsets, Versions, Worth },
  props: { model: String },
  setup(props) {
    const loaded = useLoaded(signal => get(`/v1/models/${props.model}`, signal), EVERY);
    const evaluations = useNewest('/v1/evaluations', { query: { model: props.model }, first: MOST, again: NEWEST, period: EVERY });
    const chosen = ref(); // a number; the default until one is chosen
    const version = computed(() => {
      const { versions, default: usual } = loaded.value ?? {};
      return versions?.find(v => v.version === (chosen.value ?? usual)) ?? versions?.at(-1);
    });
    const measured = computed(() => (evaluations.value?.items ?? []).filter(({ spec, state }) =>
      state === 'succeeded' && spec.version === version.value?.version));
    const bySubset = computed(() => measured.value.find(evaluation => evaluation.metrics.subsets));
    const names = computed(() => version.value.config.modalities.map(modality => modality.name));
    return { bySubset, chosen, evaluations, loaded, measured, names, version };
  },
  template: `
    <h1>{{ model }}</h1>
    <Fault :problem="loaded.problem"></Fault>
    <template v-if="version">
      <Versions :model="loaded.value" :version="version" @choose="chosen = $event"></Versions>
      <Facts :model="loaded.value" :version="version" :measured="measured[0]"></Facts>
      <Evaluations :loaded="evaluations" :model="model">
        <p class="ways"><router-link role="button" :to="{ path: '/evaluate', query: { model, version: version.version } }">Evaluate v{{ version.version }}</router-link></p>
      </Evaluations>
      <Channels :config="version.config"></Channels>
      <Curves v-if="version.lineage.job" :key="version.lineage.job" :job="version.lineage.job"></Curves>
      <template v-if="bySubset">
        <Subsets :evaluation="bySubset" :names="names"></Subsets>
        <Worth v-if="bySubset.metrics.worth" :evaluation="bySubset" :names="names"></Worth>
      </template>
    </template>`,
};
