// The devices, by their slots for training.
import { bytes } from '../words.js';
import Fault from './fault.js';

export default {
  components: { Fault },
  props: { loaded: Object },
  setup: () => ({ bytes }),
  template: `
    <section aria-labelledby="devices">
      <h2 id="devices">Devices</h2>
      <Fault :problem="loaded.problem"></Fault>
      <ul class="rows">
        <li v-for="worker in loaded.value?.items" :key="worker.slot">
          <span class="name">{{ worker.device }}</span>
          <span class="note">
            <span class="tag" :class="{ going: worker.state === 'busy' }">{{ worker.job ? 'trains' : worker.state }}</span>
            {{ worker.job ?? 'slot ' + worker.slot }}<template v-if="worker.memory?.free">,
            {{ bytes(worker.memory.free) }} free</template>
          </span>
        </li>
      </ul>
      <p v-if="loaded.value?.queue.length" class="note">{{ loaded.value.queue.length }} waiting.</p>
    </section>`,
};
