// The form of a training job, and of a sweep where several values of a field are tried.
import { reactive } from 'vue';
import { body, read, useRequest } from '../form/request.js';

const JOBS = '/v1/training-jobs';

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
  return { clear, grid, load, request, runs, takeExample: () => request.takeExample(JOBS, 'small') };
}

/** The body of a sweep: the job, and by field the values to try. */
export function sweep(request, grid) {
  const schemas = Object.fromEntries(request.groups.flatMap(group => group.fields).map(field => [field.path, field.schema]));
  const base = body({ ...request, values: { ...request.values, ...Object.fromEntries(grid.map(({ path }) => [path, ''])) } });
  return { base, grid: Object.fromEntries(grid.map(({ path, values }) => [path, split(values).map(text => read(text, schemas[path]))])) };
}

const split = values => values.split(',').map(text => text.trim()).filter(Boolean);
