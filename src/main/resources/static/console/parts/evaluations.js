// Evaluations, the newest first: a few of those that are loaded, then all of them, then what is loaded further.
import { computed, ref } from 'vue';
import { ago } from '../words.js';
import Fault from './fault.js';
import State from './state.js';

const SHOWN = 6; // until more are asked for

export default {
  components: { Fault, State },
  props: { loaded: Object, model: String },
  setup(props) {
    const all = ref(false); // that are loaded
    const items = computed(() => props.loaded.value?.items ?? []);
    const shown = computed(() => all.value ? items.value : items.value.slice(0, SHOWN));
    const recall = evaluation => evaluation.metrics?.retrieval?.mean['recall@10'];
    const rest = computed(() => shown.value.length < items.value.length || props.loaded.value?.next_cursor);
    function more() {
      if (all.value) props.loaded.more();
      all.value = true;
    }
    return { ago, items, more, recall, rest, shown };
  },
  template: `
    <section class="apart" aria-labelledby="evaluations">
      <h2 id="evaluations">Evaluations</h2>
      <Fault :problem="loaded.problem"></Fault>
      <p v-if="loaded.value && !items.length" class="note">None yet.</p>
      <div v-if="items.length" class="wide" role="group" tabindex="0" aria-labelledby="evaluations"><table>
        <thead><tr><th>Version</th><th>Dataset</th><th>State</th><th class="number">recall@10</th><th>When</th></tr></thead>
        <tbody><tr v-for="evaluation in shown" :key="evaluation.id">
          <th scope="row"><router-link :to="'/evaluations/' + evaluation.id">{{ model ? '' : evaluation.spec.model + ' ' }}v{{ evaluation.spec.version }}</router-link></th>
          <td><router-link :to="'/data/' + evaluation.spec.dataset">{{ evaluation.spec.dataset }}</router-link>, {{ evaluation.spec.split }}</td>
          <td><State :of="evaluation"></State></td>
          <td class="number">{{ recall(evaluation)?.toFixed(3) }}</td>
          <td class="note">{{ ago(evaluation.ended_at ?? evaluation.created_at) }}</td>
        </tr></tbody>
      </table></div>
      <button v-if="rest" type="button" class="secondary outline" @click="more">More</button>
      <slot></slot>
    </section>`,
};
