// The form of a training job as it is filled: texts by path, of which those that are not empty are sent.
import { reactive } from 'vue';
import { exampleOf, fieldsOf } from '../contract.js';

const JOBS = '/v1/training-jobs';

/** Which fields stand together; what the contract has beside these is under More. */
const GROUPS = {
  'Data': ['dataset', 'model', 'test_fraction', 'modal_sparsity', 'standardize', 'seed'],
  'Network': ['architecture', /^network\./],
  'Optimizer': ['batch_size', 'micro_batch_size', /^optimizer\.(?!schedule|warmup)/, 'precision', 'devices'],
  'Schedule': ['epochs', 'optimizer.schedule', 'optimizer.warmup_steps', 'patience', 'keep', 'recipe', 'priority'],
  'Views': ['subset_views', 'modality_dropout', 'negatives', 'similarity'],
  'Measured afterwards': [/^evaluate\./, /^gate\./],
};

export function useRequest(given) {
  const request = reactive({ groups: [], values: { ...given }, grid: [], ready: false, clear, runs, takeExample });

  async function load() {
    const fields = await fieldsOf('TrainingRequest');
    const left = new Set(fields);
    const groups = Object.entries(GROUPS).map(([name, wanted]) => ({
      name,
      fields: wanted.flatMap(want => fields.filter(field => (want instanceof RegExp ? want.test(field.path) : want === field.path) && left.delete(field))),
    }));
    if (left.size) groups.push({ name: 'More', fields: [...left] });
    Object.assign(request, { groups: groups.filter(group => group.fields.length), ready: true });
  }

  /** Takes the values of the contract's example, but the dataset and the model, which are somebody's own. */
  async function takeExample() {
    const { dataset, model, ...rest } = flat(await exampleOf(JOBS, 'post', 'small'));
    request.values = { ...rest, dataset: request.values.dataset || dataset, model: request.values.model || model };
  }

  /** How many combinations the grid has. */
  function runs() {
    return request.grid.reduce((all, { values }) => all * split(values).length, 1);
  }

  function clear() {
    const { dataset, model } = request.values;
    Object.assign(request, { values: { dataset, model }, grid: [] });
  }
  return { request, load };
}

const flat = (object, before = '') => Object.fromEntries(Object.entries(object).flatMap(([key, value]) =>
  typeof value === 'object' && !Array.isArray(value) ? Object.entries(flat(value, `${before}${key}.`)) : [[before + key, String(value)]]));

/** The body of the request. What cannot be read as its kind is sent as it is, and the service says what is wrong. */
export function body({ groups, values }) {
  const sent = {};
  for (const { path, schema } of groups.flatMap(group => group.fields)) {
    const text = String(values[path] ?? '').trim();
    if (!text) continue;
    const names = path.split('.');
    const holder = names.slice(0, -1).reduce((at, name) => at[name] ??= {}, sent);
    holder[names.at(-1)] = read(text, schema);
  }
  return sent;
}

/** The body of a sweep: the job, and by field the values to try. */
export function sweep(request) {
  const schemas = Object.fromEntries(request.groups.flatMap(group => group.fields).map(field => [field.path, field.schema]));
  const base = body({ ...request, values: { ...request.values, ...Object.fromEntries(request.grid.map(({ path }) => [path, ''])) } });
  return { base, grid: Object.fromEntries(request.grid.map(({ path, values }) => [path, split(values).map(text => read(text, schemas[path]))])) };
}

const split = values => values.split(',').map(text => text.trim()).filter(Boolean);

function read(text, schema) {
  switch (kind(schema)) {
    case 'array': return text.split(/[\s,]+/).map(part => read(part, schema.items ?? {}));
    case 'boolean': return text === 'true';
    case 'integer':
    case 'number': return Number.isFinite(Number(text)) ? Number(text) : text;
    default: return text;
  }
}

export const kind = schema => [schema.type].flat()[0];
