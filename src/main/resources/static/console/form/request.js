// A form made of the contract, as it is filled: texts by path, of which those that are not empty are sent.
import { reactive } from 'vue';
import { fieldsOf } from '../contract.js';

/**
 * The form of the request that a schema is of. `named` says which fields stand together, by the name of their group;
 * what the contract has beside these is under More. `own` are fields that are somebody's own, and kept.
 */
export function useRequest({ schema, named, own }, given) {
  const request = reactive({ groups: [], values: { ...given }, ready: false, clear, take });

  async function load() {
    const fields = await fieldsOf(schema);
    const left = new Set(fields);
    const groups = Object.entries(named).map(([name, wanted]) => ({
      name,
      fields: wanted.flatMap(want => fields.filter(field => (want instanceof RegExp ? want.test(field.path) : want === field.path) && left.delete(field))),
    }));
    if (left.size) groups.push({ name: 'More', fields: [...left] });
    Object.assign(request, { groups: groups.filter(group => group.fields.length), ready: true });
  }

  /** Takes values by path, and no others. */
  function take(values) {
    request.values = Object.fromEntries(Object.entries(values).map(([path, value]) => [path, String(value)]));
  }

  function clear() {
    request.values = Object.fromEntries(own.map(path => [path, request.values[path]]));
  }
  return { request, load };
}

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

/** A text as the kind that a schema has. */
export function read(text, schema) {
  switch (kind(schema)) {
    case 'array': return text.split(/[\s,]+/).map(part => read(part, schema.items ?? {}));
    case 'boolean': return text === 'true';
    case 'integer':
    case 'number': return Number.isFinite(Number(text)) ? Number(text) : text;
    default: return text;
  }
}

export const kind = schema => [schema.type].flat()[0];
