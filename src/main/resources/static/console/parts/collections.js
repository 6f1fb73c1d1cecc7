// The collections, each with the model that embeds it.
import { bytes, plural } from '../words.js';
import Fault from './fault.js';

export default {
  components: { Fault },
  props: { loaded: Object },
  setup: () => ({ bytes, plural }),
  template: `
    <section aria-labelledby="collections">
      <h2 id="collections">Collections</h2>
      <Fault :problem="loaded.problem"></Fault>
      <p v-if="loaded.value?.items.length === 0" class="note">None yet: <a href="/swagger-ui.html">make one</a>.</p>
      <ul class="rows">
        <li v-for="collection in loaded.value?.items" :key="collection.name">
          <router-link class="name" :to="'/collections/' + collection.name">{{ collection.name }}</router-link>
          <span class="note">
            <span v-if="collection.state !== 'ready'" class="tag">{{ collection.state }}</span>
            {{ plural(collection.count, 'item') }} by
            <router-link :to="'/models/' + collection.model">{{ collection.model }}</router-link>
            v{{ collection.version }}, {{ bytes(collection.bytes) }}
          </span>
        </li>
      </ul>
    </section>`,
};
