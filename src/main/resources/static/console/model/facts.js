// What a version is, and what its samples look like.
import { computed } from 'vue';
import { colour, describe } from '../modalities.js';
import { compact, count } from '../words.js';

const ARCHITECTURES = {
  mca: 'Modal Channel Attention', zorro: 'Zorro', eao: 'Everything at Once',
};
const SOURCES = { shipped: 'shipped with Braid', import: 'imported', training: 'trained here' };

export default {
  props: { model: Object, version: Object, measured: Object },
  setup(props) {
    const files = computed(() => `/v1/models/${props.model.name}/versions/${props.version.version}`);
    const facts = computed(() => {
      const { config, lineage, parameters, resident } = props.version;
      return [
        ['Architecture', ARCHITECTURES[config.architecture] ?? config.architecture],
        ['Embedding', `${config.embedding_dim} numbers`],
        ['Parameters', compact(parameters)],
        ['Layers', `${config.layers}, each of ${config.heads} heads`],
        ['Fusion tokens', config.fusion_tokens ? count(config.fusion_tokens) : 'none'],
        ['Source', SOURCES[lineage.source] ?? lineage.source, lineage.dataset && `on ${lineage.dataset}`],
        ['Loaded on', resident.map(place => `${place.device}, ${place.precision}`).join('; ') || 'no device now'],
      ];
    });
    return { colour, describe, facts, files };
  },
  template: `
    <div class="columns">
      <section aria-labelledby="facts">
        <h2 id="facts">What it is</h2>
        <dl class="facts-list">
          <template v-for="[name, value, more] in facts"><dt>{{ name }}</dt><dd>{{ value }} {{ more }}</dd></template>
        </dl>
      </section>
      <section aria-labelledby="samples">
        <h2 id="samples">What its samples may have</h2>
        <ul class="rows">
          <li v-for="(modality, index) in version.config.modalities" :key="modality.name">
            <span class="chip name" :style="{ '--c': colour(index) }">{{ modality.name }}</span>
            <span class="note">{{ describe(modality) }}<template v-if="modality.max_length">, {{ modality.max_length }} at most</template></span>
          </li>
        </ul>
        <p class="links">
          <a :href="'/v1/models/' + model.name + '/schema?version=' + version.version">JSON Schema</a>
          <a :href="files + '/config'">Config</a>
          <a :href="files + '/weights'">Weights</a>
        </p>
      </section>
    </div>`,
};
