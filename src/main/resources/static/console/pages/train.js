// A form that starts a training job: its fields, defaults and hints are those of the contract.
import { computed, ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { Away, get, post } from '../api.js';
import { unplaced } from '../faults.js';
import { useLoaded } from '../loading.js';
import { body, sweep, useRequest } from '../train/request.js';
import Fault from '../parts/fault.js';
import Field from '../train/field.js';
import Grid from '../train/grid.js';

export default {
  components: { Fault, Field, Grid },
  setup() {
    const router = useRouter();
    const { request, load } = useRequest({ dataset: useRoute().query.dataset });
    const contract = useLoaded(load);
    const datasets = useLoaded(signal => get('/v1/datasets?limit=1000', signal));
    const problem = ref();
    const starting = ref(false);
    const paths = computed(() => new Set(request.groups.flatMap(group => group.fields.map(field => field.path))));
    /** `/network/heads` of a job; `/base/network/heads` and `/grid/network.heads` of a sweep. */
    const pathOf = fault => fault.pointer?.replace(/^\/(base|grid)?\/?/, '').split('/').join('.');
    const faults = computed(() => Object.fromEntries((problem.value?.faults ?? []).map(fault => [pathOf(fault), fault.detail])));
    const elsewhere = computed(() => unplaced(problem.value, fault => paths.value.has(pathOf(fault)), 'Nothing was started.'));
    const choices = field => field.path === 'dataset' ? datasets.value?.items.map(dataset => dataset.name) ?? [] : undefined;

    async function start() {
      starting.value = true;
      problem.value = undefined;
      try {
        const [list, page, asked] = request.grid.length ? ['sweeps', 'sweeps', sweep(request)] : ['training-jobs', 'jobs', body(request)];
        const { body: started } = await post(`/v1/${list}`, asked);
        router.push(`/${page}/${started.id}`);
      } catch (failure) {
        if (!(failure instanceof Away)) problem.value = failure;
      } finally {
        starting.value = false;
      }
    }
    return { choices, contract, datasets, elsewhere, faults, request, start, starting };
  },
  template: `
    <h1>Train</h1>
    <p class="note">
      <router-link class="aside" to="/jobs">Runs so far</router-link>
      A run learns from a dataset and adds a version to a model. Only those two are asked for: what is left empty takes its usual value.
    </p>
    <Fault :problem="contract.problem ?? datasets.problem"></Fault>
    <p v-if="!request.ready && !contract.problem" class="note" aria-busy="true">The contract is read.</p>
    <form v-else-if="request.ready" class="train" novalidate @submit.prevent="start">
      <p class="presets">
        <button type="button" class="secondary outline" @click="request.takeExample">Values for a small run</button>
        <button type="button" class="secondary outline" @click="request.clear">The usual values</button>
      </p>
      <fieldset v-for="group in request.groups" :key="group.name">
        <legend>{{ group.name }}</legend>
        <Field v-for="field in group.fields" :key="field.path" v-model="request.values[field.path]" :field="field"
          :fault="faults[field.path]" :choices="choices(field)"></Field>
      </fieldset>
      <Grid :request="request" :faults="faults"></Grid>
      <Fault :problem="elsewhere"></Fault>
      <button type="submit" :aria-busy="starting" :disabled="starting">{{ request.grid.length ? 'Start the sweep' : 'Start' }}</button>
    </form>`,
};
