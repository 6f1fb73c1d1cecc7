// Where a run stands, and what can be done with it.
import { computed, ref } from 'vue';
import { Away, post } from '../api.js';
import { ago, count, duration, over, rate, took } from '../words.js';
import Fault from '../parts/fault.js';
import State from '../parts/state.js';

export default {
  components: { Fault, State },
  props: { run: Object },
  setup({ run }) {
    const job = computed(() => run.job.value);
    const going = computed(() => !over(job.value));
    const resumable = computed(() => over(job.value) && job.value.state !== 'succeeded');
    const asked = ref(false); // to stop, and not stopped yet
    const problem = ref();
    async function ask(what) {
      problem.value = undefined;
      try {
        await post(`${run.path}/${what}`);
        asked.value = what === 'cancel';
        run.job.refresh();
      } catch (failure) {
        if (!(failure instanceof Away)) problem.value = failure;
      }
    }
    /** The last step that was heard of is newer than what was asked last. */
    const progress = computed(() => {
      const { progress: asked } = job.value;
      const last = run.steps.at(-1);
      return going.value && last?.step > asked.step ? { ...asked, ...last } : asked;
    });
    const figures = computed(() => {
      const { epoch, epochs, step, steps, samples_per_second: speed, eta_seconds: left, loss } = progress.value;
      return [
        ['epoch', `${epoch} of ${epochs}`],
        ['step', steps ? `${count(step)} of ${count(steps)}` : '–'],
        ['samples a second', speed ? rate(speed) : '–'],
        going.value ? ['left', left == null ? '–' : duration(left)] : ['took', took(job.value) ?? '–'],
        ['loss', loss?.toFixed(3) ?? '–'],
      ];
    });
    return { ago, ask, asked, figures, going, job, problem, progress, resumable };
  },
  template: `
    <section aria-labelledby="stands">
      <h2 id="stands">Where it stands</h2>
      <p role="status">
        <State :of="job"></State>
        <template v-if="job.queue_position"> number {{ job.queue_position }} in the queue</template>
        <template v-if="going && asked"> – it stops after a checkpoint</template>
        <template v-if="job.version"> It made <router-link :to="'/models/' + job.model">{{ job.model }} v{{ job.version }}</router-link>.</template>
      </p>
      <p v-if="job.failure" class="wrong">{{ job.failure }}</p>
      <progress v-if="going" :value="progress.steps ? progress.step / progress.steps : null" max="1" aria-label="Steps done"></progress>
      <dl class="figures across">
        <div v-for="[name, value] in figures"><dt>{{ name }}</dt><dd>{{ value }}</dd></div>
      </dl>
      <p v-if="going" class="ways">
        <button class="secondary outline" :disabled="asked" @click="ask('cancel')">Cancel</button>
        <span class="note">It writes a checkpoint and stops. What it learnt until then is kept, and it can be resumed.</span>
      </p>
      <p v-if="resumable" class="ways">
        <button @click="ask('resume')">Resume</button>
        <span class="note">It goes on from its last checkpoint, as if it had never stopped.</span>
      </p>
      <Fault :problem="problem"></Fault>
      <p class="note">
        Asked for {{ ago(job.created_at) }}<template v-if="job.devices.length">, on {{ job.devices.join(', ') }}</template
        ><template v-if="job.attempts > 1">, {{ job.attempts }} workers so far</template>.
        <template v-if="job.sweep">It is a cell of <router-link :to="'/sweeps/' + job.sweep">a sweep</router-link>.</template>
      </p>
    </section>`,
};
