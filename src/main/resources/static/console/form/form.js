// A form made of the contract: its fields in their groups, what is wrong with each, and a way to send it.
import Fault from '../parts/fault.js';
import { nextTick, ref } from 'vue';
import Field from './field.js';

export default {
  components: { Fault, Field },
  props: {
    request: Object,
    starting: Object,
    contract: Object, // as it is loaded
    choices: Object, // by path, lists of which one is chosen
    hints: Object, // by path, what is said beside what the contract has
    word: { type: String, default: 'Start' },
  }, // and in its slot: what else there is to fill in
  setup(props) {
    const form = ref();
    /** What is wrong first is where one goes on. */
    async function send() {
      await props.starting.send();
      await nextTick();
      form.value?.querySelector('[aria-invalid=true]')?.focus();
    }
    return { form, send };
  },
  template: `
    <p v-if="!request.ready && !contract.problem" class="note" aria-busy="true">The form is made from the contract ...</p>
    <form v-else-if="request.ready" ref="form" class="request" novalidate @submit.prevent="send">
      <fieldset v-for="group in request.groups" :key="group.name">
        <legend>{{ group.name }}</legend>
        <Field v-for="field in group.fields" :key="field.path" v-model="request.values[field.path]" :field="field"
          :fault="starting.faults[field.path]" :choices="choices[field.path]" :hint="hints?.[field.path]"></Field>
      </fieldset>
      <slot></slot>
      <Fault :problem="starting.elsewhere"></Fault>
      <button type="submit" :aria-busy="starting.going" :disabled="starting.going">{{ word }}</button>
    </form>`,
};
