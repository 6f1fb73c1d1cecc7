// A form that starts a training job: its fields, defaults and hints are those of the contract.
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { get, post } from '../api.js';
import { body } from '../form/request.js';
import { useStarting } from '../form/starting.js';
import { useLoaded } from '../loading.js';
import { sweep, useTraining } from '../train/training.js';
import Fault from '../parts/fault.js';
import Form from '../form/form.js';
import Grid from '../train/grid.js';

export default {
  components: { Fault, Form, Grid },
  setup() {
    const router = useRouter();
    const training = useTraining({ dataset: useRoute().query.dataset });
    const { grid, request } = training;
    const contract = useLoaded(training.load);
    const datasets = useLoaded(signal => get('/v1/datasets?limit=1000', signal));
    const choices = computed(() => ({ dataset: datasets.value?.items.map(dataset => dataset.name) ?? [] }));
    const starting = useStarting(request, async () => {
      const [list, page, asked] = grid.length ? ['sweeps', 'sweeps', sweep(request, grid)] : ['training-jobs', 'jobs', body(request)];
      const { body: started } = await post(`/v1/${list}`, asked);
      router.push(`/${page}/${started.id}`);
    });
    return { choices, contract, datasets, request, starting, training };
  },
  template: `
    <h1>Train</h1>
    <p class="note">
      <router-link class="aside" to="/jobs">Runs so far</router-link>
      A run learns from a dataset and adds a version to a model. Only those two are asked for: what is left empty takes its usual value.
    </p>
    <Fault :problem="contract.problem ?? datasets.problem"></Fault>
    <p v-if="request.ready" class="presets">
      <button type="button" class="secondary outline" @click="training.takeSmall(datasets.value.items)" :disabled="!datasets.value?.items.length">Values for a small run</button>
      <button type="button" class="secondary outline" @click="training.clear">The usual values</button>
    </p>
    <Form :request="request" :starting="starting" :contract="contract" :choices="choices" :word="training.grid.length ? 'Start the sweep' : 'Start'">
      <Grid :training="training" :faults="starting.faults"></Grid>
    </Form>`,
};
