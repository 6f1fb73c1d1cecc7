// Which channel sees which modality: rows are channels, columns are modalities.
import { computed } from 'vue';
import { channels, colour } from '../modalities.js';

export default {
  props: { config: Object },
  setup(props) {
    const rows = computed(() => channels(props.config));
    const fusion = computed(() => props.config.architecture !== 'eao' && rows.value[0]?.name);
    return { colour, fusion, rows };
  },
  template: `
    <section v-if="rows.length" class="apart" aria-labelledby="channels">
      <h2 id="channels">Who sees what</h2>
      <p class="note">
        <template v-if="config.architecture === 'eao'">Each pair is embedded by itself; the fusion is the mean of them and of the single modalities.</template>
        <template v-else>Each fusion channel sees its own modalities. The first sees all of them: it is the embedding that is searched.</template>
      </p>
      <div class="wide" role="group" tabindex="0" aria-labelledby="channels"><table class="channels">
        <thead><tr><th>Channel</th><th v-for="(modality, index) in config.modalities" :style="{ '--c': colour(index) }">{{ modality.name }}</th></tr></thead>
        <tbody><tr v-for="channel in rows" :key="channel.name">
          <th scope="row"><template v-if="channel.name === fusion">fusion</template>
            <template v-else v-for="(part, index) in channel.name.split('+')"><wbr v-if="index">{{ index ? '+' : '' }}{{ part }}</template></th>
          <td v-for="(modality, index) in config.modalities" :style="{ '--c': colour(index) }">
            <span class="cell" :class="{ sees: channel.members.includes(index) }">
              <span class="hidden">{{ channel.members.includes(index) ? 'sees' : 'does not see' }}</span>
            </span>
          </td>
        </tr></tbody>
      </table></div>
    </section>`,
};
