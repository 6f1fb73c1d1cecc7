// The models, each with its versions.
import { ago, compact } from '../words.js';
import Fault from './fault.js';

const SHOWN = 5; // versions; the newest, and the default

export default {
  components: { Fault },
  props: { loaded: Object },
  setup() {
    const shown = model => model.versions.filter(({ version }, place, all) => version === model.default || place >= all.length - SHOWN);
    const rest = model => model.versions.length - shown(model).length;
    return { ago, compact, rest, shown };
  },
  template: `
    <section aria-labelledby="models">
      <h2 id="models">Models</h2>
      <Fault :problem="loaded.problem"></Fault>
      <ul class="rows">
        <li v-for="model in loaded.value?.items" :key="model.name">
          <router-link class="name" :to="'/models/' + model.name">{{ model.name }}</router-link>
          <span class="note">
            <template v-for="version in shown(model)" :key="version.version">
              <span class="tag" :class="{ chosen: version.version === model.default }"
                :title="version.version === model.default ? 'the default' : null">v{{ version.version }}</span>
            </template>
            <template v-if="rest(model)">and {{ rest(model) }} more, </template>{{ compact(model.versions.at(-1).parameters) }} parameters, {{ ago(model.versions.at(-1).created_at) }}
          </span>
        </li>
      </ul>
    </section>`,
};
