// Where the sample comes from: an item of a collection, or JSON that somebody wrote.
import { ref } from 'vue';
import { get } from '../api.js';
import Fault from '../parts/fault.js';

export default {
  components: { Fault },
  props: { question: Object },
  setup({ question }) {
    const writing = ref(false);
    const written = ref('');

    async function write() {
      writing.value = !writing.value;
      if (!writing.value) return;
      const kept = question.sample?.modalities;
      written.value = kept ? spread({ modalities: kept }) : await example();
    }
    const example = async () => {
      const { model, version } = question.collection;
      const { examples } = await get(`/v1/models/${model}/schema?version=${version}`);
      return spread({ modalities: examples.at(-1).modalities });
    };
    /** A line for each modality. */
    const spread = ({ modalities }) => `{"modalities": {\n${Object.entries(modalities)
      .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')}\n}}`;
    return { writing, written, write };
  },
  template: `
    <form class="picker" @submit.prevent>
      <label>Collection
        <select :value="question.collection?.name" @change="question.choose($event.target.value)">
          <option v-for="collection in question.collections">{{ collection.name }}</option>
        </select>
      </label>
      <label>Sample
        <input list="ids" :value="question.sample?.id" :placeholder="question.sample ? 'written below' : ''" autocomplete="off"
          @change="$event.target.value && question.take($event.target.value.trim())">
      </label>
      <datalist id="ids"><option v-for="id in question.ids" :value="id"></option></datalist>
      <button type="button" class="secondary outline" @click="question.takeAny">Another</button>
      <button type="button" class="secondary outline" :aria-expanded="writing" aria-controls="written" @click="write">Write JSON</button>
      <label>Order by
        <select v-model="question.order"><option>confidence</option><option>cosine</option></select>
      </label>
      <label>Hits
        <select v-model.number="question.k"><option>5</option><option>10</option><option>20</option></select>
      </label>
    </form>
    <form v-if="writing" id="written" class="written" @submit.prevent="question.paste(written)">
      <label for="json">A sample as JSON, with any subset of {{ question.names.join(', ') }}</label>
      <textarea id="json" v-model="written" rows="7" spellcheck="false"></textarea>
      <button type="submit">Use it</button>
    </form>
    <Fault :problem="question.problem"></Fault>
    <p v-if="question.collection && !question.ids.length && !question.sample" class="note">
      This collection has no items yet. Write a sample, or store some.
    </p>`,
};
