// The versions of a model, of which one is looked at.
import { ago } from '../words.js';

export default {
  props: { model: Object, version: Object },
  emits: ['choose'],
  setup: () => ({ ago }),
  template: `
    <div class="versions" role="group" aria-label="Version">
      <button v-for="v in model.versions" :key="v.version" class="plain tag" :class="{ chosen: v.version === version.version }"
        :aria-pressed="v.version === version.version" @click="$emit('choose', v.version)">
        v{{ v.version }}<template v-if="v.version === model.default">, the default</template>
      </button>
      <span class="note">made {{ ago(version.created_at) }}</span>
    </div>`,
};
