// Training jobs and evaluations, the newest first.
import { computed } from 'vue';
import { ago, duration } from '../words.js';
import Fault from './fault.js';
import State from './state.js';

const SHOWN = 6;

const trained = job => ({
  ...job,
  what: 'Training of', address: `/jobs/${job.id}`, model: job.model, on: job.dataset,
  part: job.progress?.steps ? job.progress.step / job.progress.steps : 0,
  left: job.progress?.eta_seconds,
});

const evaluated = ({ spec, ...evaluation }) => ({
  ...evaluation,
  what: 'Evaluation of', address: `/evaluations/${evaluation.id}`, model: spec.model, on: spec.dataset,
  part: evaluation.progress ? evaluation.progress.done / evaluation.progress.total : 0,
});

export default {
  components: { Fault, State },
  props: { jobs: Object, evaluations: Object },
  setup(props) {
    const known = computed(() => props.jobs.value && props.evaluations.value);
    const newest = computed(() => [
      ...(props.jobs.value?.items ?? []).map(trained),
      ...(props.evaluations.value?.items ?? []).map(evaluated),
    ].sort((a, b) => b.created_at.localeCompare(a.created_at)).slice(0, SHOWN));
    return { ago, duration, known, newest };
  },
  template: `
    <section aria-labelledby="jobs">
      <h2 id="jobs">Jobs</h2>
      <Fault :problem="jobs.problem ?? evaluations.problem"></Fault>
      <p v-if="known && newest.length === 0" class="note">
        Nothing has been trained here yet. <router-link to="/train">Train on a dataset</router-link>.
      </p>
      <ul class="rows">
        <li v-for="job in newest" :key="job.id">
          <router-link class="name" :to="job.address">{{ job.what }} {{ job.model }}</router-link>
          <span class="note">
            <State :of="job"></State>
            on {{ job.on }}<template v-if="job.left">, {{ duration(job.left) }} left</template
            ><template v-else-if="job.ended_at">, {{ ago(job.ended_at) }}</template>
            <progress v-if="job.state === 'running'" :value="job.part" max="1" :aria-label="job.id"></progress>
          </span>
        </li>
      </ul>
      <p v-if="newest.length" class="note"><router-link to="/jobs">All runs</router-link></p>
    </section>`,
};
