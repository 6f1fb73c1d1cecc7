// A failure in words, with each fault and where it is. Where a key may do too little, or there is none, another can be given.
import { key } from '../key.js';

export default {
  props: { problem: Error },
  setup: () => ({ change: () => key.asked = 'another' }),
  template: `
    <div v-if="problem" class="fault" role="alert">
      <p>{{ problem.message }}</p>
      <ul v-if="problem.faults?.length">
        <li v-for="fault in problem.faults"><code v-if="fault.pointer">{{ fault.pointer }}</code> {{ fault.detail }}</li>
      </ul>
      <button v-if="[401, 403].includes(problem.status)" type="button" class="plain inline" @click="change">{{ problem.status === 401 ? 'Give a key' : 'Use another key' }}</button>
    </div>`,
};
