// Fields of which several values are tried: each combination is a run.
import { computed } from 'vue';
import { count, spoken } from '../words.js';

const MANY = 1000; // runs; more are not taken

export default {
  props: {
    training: Object,
    faults: Object, // by path
  },
  setup({ training: { grid, request, runs: counted } }) {
    const fields = computed(() => request.groups.flatMap(group => group.fields.map(field => field.path))
      .filter(path => !['dataset', 'model', 'priority'].includes(path) && !/^(evaluate|gate)\./.test(path)));
    const runs = computed(counted);
    return { MANY, count, fields, grid, runs, spoken };
  },
  template: `
    <fieldset class="grid-of">
      <legend>Several values</legend>
      <p class="note">A sweep tries each combination, measures every version, and draws the paper's figures of them. Several seeds tell what is chance.</p>
      <div v-for="(row, index) in grid" :key="index" class="picker">
        <label>Field
          <select v-model="row.path"><option v-for="path in fields" :value="path">{{ spoken(path) }}</option></select>
        </label>
        <label class="values">Values, with commas between
          <input v-model="row.values" autocomplete="off" :aria-invalid="faults[row.path] ? true : null">
        </label>
        <button type="button" class="secondary outline" :aria-label="'Leave out ' + spoken(row.path)" @click="grid.splice(index, 1)">✕</button>
        <small v-if="faults[row.path]" class="wrong">{{ faults[row.path] }}</small>
      </div>
      <button type="button" class="secondary outline" @click="grid.push({ path: grid.length ? 'seed' : 'architecture', values: grid.length ? '1, 2, 3' : 'mca, zorro' })">Try several values of a field</button>
      <p v-if="grid.length" class="note" role="status">{{ count(runs) }} runs<span v-if="runs > MANY" class="wrong">, at most {{ count(MANY) }}</span>.</p>
    </fieldset>`,
};
