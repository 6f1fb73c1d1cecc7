// What a collection is.
import { ago, bytes, plural } from '../words.js';

export default {
  props: { collection: Object },
  setup: () => ({ ago, bytes, plural }),
  template: `
    <p class="ways">
      <router-link role="button" :to="'/try?collection=' + collection.name">Try it</router-link>
      <span>
        <span v-if="collection.state !== 'ready'" class="tag going">{{ collection.state }}</span>
        {{ plural(collection.count, 'item') }}, embedded by
        <router-link :to="'/models/' + collection.model">{{ collection.model }}</router-link> v{{ collection.version }},
        searched by {{ collection.engine }}. It keeps {{ collection.keep.join(', ') }}: {{ bytes(collection.bytes) }}.
        Made {{ ago(collection.created_at) }}.
      </span>
    </p>`,
};
