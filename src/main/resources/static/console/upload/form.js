// A form that brings a dataset: files are dropped or chosen, faults are shown at the file that they are of.
import { computed, ref } from 'vue';
import { unplaced } from '../faults.js';
import { bytes, plural } from '../words.js';
import { form, useChosen } from './chosen.js';
import { useSending } from './sending.js';
import Fault from '../parts/fault.js';
import Progress from './progress.js';

/** A browser reads no file that was changed on the disk. */
const isAsChosen = file => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

export default {
  components: { Fault, Progress },
  emits: ['done'],
  setup(props, { emit }) {
    const chosen = useChosen();
    const sending = useSending();
    const over = ref(false); // whether files are dragged over it
    /** Faults by the part that they are of; what begins with a slash is a place in the schema. */
    const faults = computed(() => Map.groupBy(sending.problem?.faults ?? [], fault => partOf(fault)));
    const partOf = ({ pointer = '' }) =>
      pointer === 'schema' || pointer.startsWith('/') ? 'schema' : chosen.files.some(one => one.part === pointer) ? pointer : '';
    const elsewhere = computed(() => unplaced(sending.problem, partOf, 'Nothing was kept. Correct the file, choose it again, and send.'));
    const take = files => {
      over.value = false;
      sending.problem = undefined; // it was of the files before
      chosen.add([...files]);
    };
    async function send() {
      for (const { file } of chosen.files) {
        if (!await isAsChosen(file)) {
          sending.problem = new Error(`${file.name} has changed since it was chosen. Choose it again, then send.`);
          return;
        }
      }
      await sending.send(chosen.name.trim(), form(chosen));
      if (sending.done) {
        Object.assign(chosen, { name: '', schema: '', proposed: '', files: [] });
        emit('done');
      }
    }
    return { bytes, chosen, elsewhere, faults, over, plural, send, sending, take };
  },
  template: `
    <section class="apart" aria-labelledby="upload">
      <h2 id="upload">Bring your data</h2>
      <p class="note">A file for each modality, its name that of the modality; <code>labels</code> if there are any. The first column is the sample's id; who has no row lacks the modality.</p>
      <form class="upload" @submit.prevent="send">
        <label class="drop" :class="{ over }" @dragover.prevent="over = true" @dragleave="over = false" @drop.prevent="take($event.dataTransfer.files)">
          <strong>Drop files here, or choose them</strong>
          <span class="note">.csv, .csv.gz, .parquet or .npz; a schema as .yaml or .json</span>
          <input type="file" multiple aria-label="Files" @change="take($event.target.files); $event.target.value = ''">
        </label>
        <ul v-if="chosen.files.length" class="parts">
          <li v-for="one in chosen.files" :key="one.file.name" :class="{ amiss: faults.has(one.part) }">
            <label>Part <input v-model.trim="one.part" required autocomplete="off" :aria-invalid="faults.has(one.part) || null"></label>
            <span class="note">{{ one.file.name }}, {{ bytes(one.file.size) }}<span v-if="one.strange" class="wrong">: not a type that is read</span></span>
            <button type="button" class="plain" :aria-label="'Leave out ' + one.file.name" @click="chosen.remove(one.part)">✕</button>
            <ul v-if="faults.has(one.part)" class="faults" role="alert"><li v-for="fault in faults.get(one.part)">{{ fault.detail }}</li></ul>
          </li>
        </ul>
        <label for="schema">Schema, as YAML or JSON <span class="note">(made up from the files' headers until you write it)</span></label>
        <textarea id="schema" v-model="chosen.schema" rows="8" spellcheck="false" required :aria-invalid="faults.has('schema') || null"
          placeholder="modalities:&#10;  - {name: gene, type: tabular}"></textarea>
        <ul v-if="faults.has('schema')" class="faults" role="alert"><li v-for="fault in faults.get('schema')"><code v-if="fault.pointer !== 'schema'">{{ fault.pointer }}</code> {{ fault.detail }}</li></ul>
        <div class="picker">
          <label>Name of the dataset <input v-model="chosen.name" required pattern="\\s*\\S+\\s*" autocomplete="off"></label>
          <button type="submit" :disabled="sending.going || !chosen.files.length">{{ sending.problem ? 'Send again' : 'Send' }}</button>
        </div>
      </form>
      <Progress v-if="sending.going" :sending="sending"></Progress>
      <Fault :problem="elsewhere"></Fault>
      <p v-if="sending.done" role="status">
        <router-link :to="'/data/' + sending.done.name">{{ sending.done.name }}</router-link> is there: {{ plural(sending.done.samples, 'sample') }},
        {{ plural(sending.done.modalities.length, 'modality', 'modalities') }}.
        <router-link :to="{ path: '/train', query: { dataset: sending.done.name } }">Train on it</router-link>
      </p>
    </section>`,
};
