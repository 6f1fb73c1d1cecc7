// One collection: what it is, where its items lie, which modalities they have, and whether its confidences come true.
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import { plural } from '../words.js';
import Facts from '../collection/facts.js';
import Fault from '../parts/fault.js';
import ItemMap from '../collection/item-map.js';
import Presence from '../collection/presence.js';
import Reliability from '../collection/reliability.js';
import Removal from '../parts/removal.js';

const EVERY = 5000; // ms

export default {
  components: { Facts, Fault, ItemMap, Presence, Reliability, Removal },
  props: { collection: String },
  setup({ collection }) {
    const path = `/v1/collections/${encodeURIComponent(collection)}`;
    return { loaded: useLoaded(signal => get(path, signal), EVERY), origin: location.origin, path, plural };
  },
  template: `
    <h1>{{ collection }}</h1>
    <Fault :problem="loaded.problem"></Fault>
    <template v-if="loaded.value">
      <Facts :collection="loaded.value"></Facts>
      <ItemMap v-if="loaded.value.count" :collection="loaded.value"></ItemMap>
      <p v-else class="note apart" role="status">
        It has no items yet. Files are stored by <code>java -jar braid.jar store --server {{ origin }} --model {{ loaded.value.model }} --collection {{ collection }} FILE…</code>;
        a program posts to <code>{{ path }}/items</code>, as <a href="/swagger-ui.html">the API</a> says.
      </p>
      <div class="columns">
        <Presence :name="loaded.value.name"></Presence>
        <Reliability :name="loaded.value.name"></Reliability>
      </div>
      <Removal kind="collection" :name="loaded.value.name" :path="path" then="/">
        Its {{ plural(loaded.value.count, 'item') }} and its index will be gone for good. The model stays.
      </Removal>
    </template>`,
};
