// What the contract says of a request: its fields, with their kinds, bounds, defaults and descriptions.
import { get } from './api.js';

let loading;
const contract = () => loading ??= get('/v3/api-docs').catch(failure => {
  loading = undefined;
  throw failure;
});

/**
 * The fields of a schema, as `{path, schema, required, within}`; those of a nested object have paths such as
 * `network.heads`, and what is said of the object is `within`.
 */
export async function fieldsOf(name) {
  const { components: { schemas } } = await contract();
  const fields = (schema, before, required, within) => Object.entries(schema.properties).flatMap(([key, own]) => {
    const nested = own.$ref && schemas[own.$ref.split('/').pop()];
    const path = before + key;
    return nested ? fields(nested, `${path}.`, [], own.description) : [{ path, schema: own, required: required.includes(key), within }];
  });
  return fields(schemas[name], '', schemas[name].required ?? []);
}
