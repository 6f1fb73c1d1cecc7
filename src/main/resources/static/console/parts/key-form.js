// Asks for a key, where the service does. The page is below it, with all that was typed there.
import { computed, onMounted, ref } from 'vue';
import { fits, giveKey, key } from '../key.js';

const WORDS = {
  missing: ['This service asks for a key', 'Key'],
  unknown: ['This service asks for a key', 'That one is not known here; another key'],
  another: ['Another key', 'Key of somebody who may do this'],
};

export default {
  setup() {
    const dialog = ref();
    const secret = ref('');
    const [heading, label] = WORDS[key.asked];
    const given = computed(() => secret.value.trim());
    const fit = computed(() => fits(given.value));
    onMounted(() => dialog.value.showModal());

    function close() {
      dialog.value.close(); // which gives the focus back
      key.asked = undefined;
    }

    function use() {
      if (!given.value || !fit.value) return;
      close();
      giveKey(given.value);
    }
    return { close, dialog, fit, given, heading, key, label, secret, use };
  },
  template: `
    <dialog ref="dialog" aria-labelledby="key-heading" @cancel.prevent="close">
      <article class="key">
        <h2 id="key-heading">{{ heading }}</h2>
        <form @submit.prevent="use">
          <label>
            {{ label }}
            <input v-model="secret" type="password" autocomplete="current-password" required placeholder="braid_..." autofocus
              aria-describedby="key-about" :aria-invalid="!fit || key.asked === 'unknown' && !given || null">
          </label>
          <p id="key-about" class="note">
            <span v-if="!fit" class="wrong" role="alert">No key has spaces, quotes, commas, semicolons, backslashes, or letters other than A to Z.</span>
            <template v-else>It stays in this browser until it is closed. Whoever runs the service makes keys.</template>
          </p>
          <footer>
            <button type="button" class="secondary outline" @click="close">Not now</button>
            <button type="submit" :disabled="!given || !fit">Use it</button>
          </footer>
        </form>
      </article>
    </dialog>`,
};
