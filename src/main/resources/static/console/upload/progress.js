// How far an upload is.
import { bytes, duration } from '../words.js';

export default {
  props: { sending: Object },
  setup: () => ({ bytes, duration }),
  template: `
    <div class="sending" role="status">
      <template v-if="sending.total && sending.loaded === sending.total">
        <p>All of it is there: the service reads it.</p>
        <progress aria-label="The service reads"></progress>
      </template>
      <template v-else>
        <p>
          {{ bytes(sending.loaded) }} of {{ bytes(sending.total) }}<template v-if="sending.rate">,
          {{ bytes(sending.rate) }} a second, {{ duration(sending.left) }} left</template>
        </p>
        <progress :value="sending.loaded" :max="sending.total || 1" aria-label="Sent"></progress>
      </template>
      <button type="button" class="secondary outline" @click="sending.stop">Stop</button>
    </div>`,
};
