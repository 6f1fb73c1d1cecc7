// What a run was asked for, every default spelt out.
import { computed } from 'vue';
import { spoken } from '../words.js';

export default {
  props: { job: Object },
  setup(props) {
    const text = value => value == null ? 'as usual' : Array.isArray(value) ? value.join(', ') || 'none' : String(value);
    const flat = (object, before = '') => Object.entries(object).flatMap(([key, value]) =>
      value && typeof value === 'object' && !Array.isArray(value) ? flat(value, `${before}${key} `) : [[spoken(before + key), text(value)]]);
    const facts = computed(() => flat(props.job.spec));
    return { facts };
  },
  template: `
    <section class="apart" aria-labelledby="spec">
      <h2 id="spec">What was asked for</h2>
      <details>
        <summary>Every setting</summary>
        <dl class="facts-list settings"><div v-for="[name, value] in facts"><dt>{{ name }}</dt><dd>{{ value }}</dd></div></dl>
      </details>
    </section>`,
};
