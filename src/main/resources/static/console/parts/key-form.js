// Asks for a key, where the service does.
import { ref } from 'vue';
import { giveKey, key } from '../key.js';

export default {
  setup() {
    const secret = ref('');
    return { giveKey, key, secret };
  },
  template: `
    <form class="key" @submit.prevent="giveKey(secret.trim())">
      <h1>This service asks for a key</h1>
      <label>
        {{ key.tried ? 'That one is not known here; another key' : 'Key' }}
        <input v-model="secret" type="password" autocomplete="current-password" required placeholder="braid_..."
               :aria-invalid="key.tried || null">
      </label>
      <button :disabled="!secret.trim()">Use it</button>
      <p class="note">It stays in this browser until it is closed. Whoever runs the service makes keys.</p>
    </form>`,
};
