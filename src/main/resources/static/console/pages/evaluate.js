// A form that starts an evaluation: its fields, defaults and hints are those of the contract.
import { computed, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { get, post } from '../api.js';
import { body, useRequest } from '../form/request.js';
import { useStarting } from '../form/starting.js';
import { useLoaded } from '../loading.js';
import Fault from '../parts/fault.js';
import Form from '../form/form.js';

const FORM = {
  schema: 'EvaluationRequest',
  own: ['model', 'version', 'dataset'],
  named: {
    'What': ['model', 'version', 'dataset'],
    'Measured': ['classification', 'regression', 'subsets'],
    'Samples': ['split', 'test_fraction', 'modal_sparsity', 'seed'],
    'To become the default': [/^gate\./],
  },
};

export default {
  components: { Fault, Form },
  setup() {
    const router = useRouter();
    const { model, version, dataset } = useRoute().query;
    const { request, load } = useRequest(FORM, { model, version, dataset });
    const contract = useLoaded(load);
    const models = useLoaded(signal => get('/v1/models?limit=1000', signal));
    const datasets = useLoaded(signal => get('/v1/datasets?limit=1000', signal));
    const named = (list, field) => list.value?.items.find(({ name }) => name === request.values[field]);
    watch(() => request.values.model, () => request.values.version = '');
    const choices = computed(() => ({
      model: models.value?.items.map(({ name }) => name) ?? [],
      version: named(models, 'model')?.versions.map(({ version }) => String(version)) ?? [],
      dataset: datasets.value?.items.map(({ name }) => name) ?? [],
    }));
    const hints = computed(() => {
      const labels = named(datasets, 'dataset')?.labels;
      const told = labels && (labels.length ? `${request.values.dataset} has ${labels.join(', ')}` : `${request.values.dataset} has none`);
      return { classification: told, regression: told };
    });
    const starting = useStarting(request, async () => {
      const { body: started } = await post('/v1/evaluations', body(request));
      router.push(`/evaluations/${started.id}`);
    });
    return { choices, contract, datasets, hints, models, request, starting };
  },
  template: `
    <h1>Evaluate</h1>
    <p class="note">
      A version of a model is measured on samples of a dataset: how well each modality finds its sample, how embeddings lie,
      and what can be read from them. Only the model and the dataset are asked for: what is left empty takes its usual value.
    </p>
    <Fault :problem="contract.problem ?? models.problem ?? datasets.problem"></Fault>
    <Form :request="request" :starting="starting" :contract="contract" :choices="choices" :hints="hints"></Form>`,
};
