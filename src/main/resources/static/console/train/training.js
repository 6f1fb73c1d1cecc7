// The form of a training job, and of a sweep where several values of a field are tried.
import { reactive } from 'vue';
import { body, read, useRequest } from '../form/request.js';

const FORM = {
  schema: 'TrainingRequest',
  own: ['dataset', 'model'],
  named: {
    'Data': ['dataset', 'model', 'test_fraction', 'modal_sparsity', 'standardize', 'seed'],
    'Network': ['architecture', /^network\./],
    'Optimizer': ['batch_size', 'micro_batch_size', /^optimizer\.(?!schedule|warmup)/, 'precision', 'devices'],
    'Schedule': ['epochs', 'optimizer.schedule', 'optimizer.warmup_steps', 'patience', 'keep', 'recipe', 'priority'],
    'Views': ['subset_views', 'modality_dropout', 'negatives', 'similarity'],
    'Measured afterwards': [/^evaluate\./, /^gate\./],
  },
};

/** What a small network learns with in some minutes: as docs/tune.md has it. */
const SMALL = {
  'network.embedding_dim': 32, 'network.layers': 1, 'network.heads': 4, 'network.head_dim': 8, 'optimizer.learning_rate': 0.003,
};
const STEPS = 400;

/** Its `grid` is a list of {path, values}, values being texts with commas between. */
export function useTraining(given) {
  const { request, load } = useRequest(FORM, given);
  const grid = reactive([]);

  /** How many combinations the grid has. */
  const runs = () => grid.reduce((all, { values }) => all * split(values).length, 1);

  function clear() {
    request.clear();
    grid.length = 0;
  }

  /** Takes values for a run of some hundreds of steps on one of these datasets: the one that is chosen, or the first. */
  function takeSmall(datasets) {
    const { name, samples } = datasets.find(dataset => dataset.name === request.values.dataset) ?? datasets[0];
    const batch = samples < 500 ? 16 : 32;
    const steps = Math.max(1, Math.floor(0.85 * samples / batch)); // of an epoch
    request.take({ ...SMALL, dataset: name, model: request.values.model || name, batch_size: batch, epochs: Math.min(200, Math.ceil(STEPS / steps)) });
  }
  return { clear, grid, load, request, runs, takeSmall };
}

/** The body of a sweep: the job, and by field the values to try. */
export function sweep(request, grid) {
  const schemas = Object.fromEntries(request.groups.flatMap(group => group.fields).map(field => [field.path, field.schema]));
  const base = body({ ...request, values: { ...request.values, ...Object.fromEntries(grid.map(({ path }) => [path, ''])) } });
  return { base, grid: Object.fromEntries(grid.map(({ path, values }) => [path, split(values).map(text => read(text, schemas[path]))])) };
}

const split = values => values.split(',').map(text => text.trim()).filter(Boolean);
