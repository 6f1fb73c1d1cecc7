// What somebody chose to upload: a name, a schema, and files, each a part. It is kept until it has arrived.
import { reactive } from 'vue';
import { propose } from './propose.js';

const ENDING = /\.(csv\.gz|csv|parquet|npz)$/i;
const SCHEMA = /\.(ya?ml|json)$/i;

export function useChosen() {
  const chosen = reactive({
    name: '',
    schema: '',
    proposed: '', // what was put into the schema here, so that it may be replaced
    files: [], // {part, file, strange}
    add, remove,
  });

  async function add(files) {
    for (const file of files) {
      if (SCHEMA.test(file.name)) {
        chosen.schema = await file.text();
        chosen.proposed = '';
        continue;
      }
      const before = chosen.files.find(one => one.file.name === file.name);
      if (before) {
        before.file = file; // mended, perhaps, under the part that it was given
        continue;
      }
      const part = file.name.replace(ENDING, '');
      remove(part);
      chosen.files.push({ part, file, strange: !ENDING.test(file.name) });
    }
    if (chosen.schema === chosen.proposed) chosen.schema = chosen.proposed = await propose(chosen.files);
  }

  function remove(part) {
    chosen.files = chosen.files.filter(one => one.part !== part);
  }
  return chosen;
}

/** The parts of a request. */
export function form({ schema, files }) {
  const parts = new FormData();
  parts.append('schema', new Blob([schema], { type: 'application/yaml' }), 'schema.yaml');
  for (const { part, file } of files) parts.append(part, file, file.name);
  return parts;
}
