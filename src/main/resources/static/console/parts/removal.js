// A way to delete something for good, which asks before it does.
import { ref } from 'vue';
import { useRouter } from 'vue-router';
import { Away, remove } from '../api.js';
import Fault from './fault.js';

export default {
  components: { Fault },
  props: {
    kind: String, // what it is
    name: String,
    path: String, // of the API
    then: String, // the page that is shown when it is gone
  }, // and in its slot: what goes with it, and what stays
  setup(props) {
    const router = useRouter();
    const dialog = ref();
    const going = ref(false);
    const problem = ref();

    function ask() {
      problem.value = undefined;
      dialog.value.showModal();
    }

    async function go() {
      going.value = true;
      problem.value = undefined;
      try {
        await remove(props.path);
        dialog.value.close();
        router.push(props.then);
      } catch (failure) {
        problem.value = failure instanceof Away ? new Error('The service does not answer. Nothing was deleted, as far as is known.') : failure;
      } finally {
        going.value = false;
      }
    }
    return { ask, dialog, go, going, problem };
  },
  template: `
    <p class="ways removal">
      <button type="button" class="secondary outline" aria-haspopup="dialog" @click="ask">Delete the {{ kind }}</button>
    </p>
    <dialog ref="dialog" aria-labelledby="removal" aria-describedby="removal-what">
      <article>
        <h2 id="removal">Delete {{ kind }} {{ name }}?</h2>
        <p id="removal-what"><slot></slot></p>
        <Fault :problem="problem"></Fault>
        <footer>
          <button type="button" class="secondary outline" autofocus @click="dialog.close()">Keep it</button>
          <button type="button" class="danger" :aria-busy="going" :disabled="going" @click="go">{{ problem ? 'Try again' : 'Delete it' }}</button>
        </footer>
      </article>
    </dialog>`,
};
