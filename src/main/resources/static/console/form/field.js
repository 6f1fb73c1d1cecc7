// One field of a form, made from what the contract says of it.
import { computed } from 'vue';
import { spoken } from '../words.js';
import { kind } from './request.js';

export default {
  props: { field: Object, modelValue: String, fault: String, choices: Array, hint: String },
  emits: ['update:modelValue'],
  setup(props) {
    const { path, schema } = props.field;
    const id = `field-${path}`;
    const type = kind(schema);
    const numeric = ['integer', 'number'].includes(type);
    const options = schema.enum ?? (type === 'boolean' ? ['true', 'false'] : undefined);
    const bounds = schema.minimum != null && schema.maximum != null ? `${schema.minimum} to ${schema.maximum}`
      : schema.minimum != null ? `at least ${schema.minimum}` : schema.maximum != null ? `at most ${schema.maximum}` : '';
    const usual = schema.default ?? /by default ([\d.]+)(?=$|[,;])/i.exec(schema.description)?.[1];
    const about = computed(() => [schema.description ?? props.field.within, bounds, type === 'array' && 'with commas between', props.hint].filter(Boolean).join('; '));
    return { about, id, name: spoken(path.replace(/^(network|optimizer)\./, '')), numeric, options, path, schema, type, usual };
  },
  template: `
    <div class="field">
      <label :for="id">{{ name }}</label>
      <select v-if="options || choices" :id="id" :value="modelValue ?? ''" :required="field.required" :aria-describedby="id + '-about'"
        :aria-invalid="fault ? true : null" @change="$emit('update:modelValue', $event.target.value)">
        <option value="">{{ choices && field.required ? 'choose' : usual == null ? 'as usual' : usual + ', as usual' }}</option>
        <option v-for="option in choices ?? options.filter(option => option !== usual)" :value="option">{{ option }}</option>
        <option v-if="modelValue && modelValue === usual" :value="usual" hidden>{{ usual }}</option>
      </select>
      <input v-else :id="id" :value="modelValue" :type="numeric ? 'number' : 'text'" :step="type === 'integer' ? 1 : 'any'"
        :min="schema.minimum" :max="schema.maximum" :required="field.required" :placeholder="usual" autocomplete="off"
        :aria-describedby="id + '-about'" :aria-invalid="fault ? true : null" @input="$emit('update:modelValue', $event.target.value)">
      <small :id="id + '-about'"><span v-if="fault" class="wrong">{{ fault }}</span><template v-else>{{ about }}</template></small>
    </div>`,
};
