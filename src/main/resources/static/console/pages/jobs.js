// All training runs, the newest first, and the sweeps that some are cells of; and the last evaluations.
import { useNewest } from '../newest.js';
import { ago, duration, spoken } from '../words.js';
import Evaluations from '../parts/evaluations.js';
import Fault from '../parts/fault.js';
import State from '../parts/state.js';

const EVERY = 5000; // ms
const NEWEST = 50;

export default {
  components: { Evaluations, Fault, State },
  setup() {
    const list = path => useNewest(path, { first: NEWEST, period: EVERY });
    const differs = job => Object.entries(job.cell ?? {}).map(([field, value]) => `${spoken(field)} ${value}`).join(', ');
    return { ago, differs, duration, evaluations: list('/v1/evaluations'), loaded: list('/v1/training-jobs') };
  },
  template: `
    <h1>Runs</h1>
    <p class="ways"><router-link role="button" to="/train">Train</router-link> <router-link role="button" class="outline" to="/evaluate">Evaluate</router-link></p>
    <section class="apart" aria-labelledby="runs">
      <h2 id="runs">Training runs</h2>
      <Fault :problem="loaded.problem"></Fault>
      <p v-if="loaded.value?.items.length === 0" class="note">Nothing has been trained here yet.</p>
      <div v-if="loaded.value?.items.length" class="wide" role="group" tabindex="0" aria-labelledby="runs"><table>
        <thead><tr><th>Run</th><th>Dataset</th><th>State</th><th>Sweep</th><th>When</th></tr></thead>
        <tbody><tr v-for="job in loaded.value.items" :key="job.id">
          <th scope="row"><router-link :to="'/jobs/' + job.id">{{ job.model }}</router-link><template v-if="job.version"> v{{ job.version }}</template></th>
          <td><router-link :to="'/data/' + job.dataset">{{ job.dataset }}</router-link></td>
          <td><State :of="job"></State></td>
          <td class="note"><router-link v-if="job.sweep" :to="'/sweeps/' + job.sweep">{{ differs(job) }}</router-link></td>
          <td class="note">{{ job.progress.eta_seconds != null && job.state === 'running' ? duration(job.progress.eta_seconds) + ' left' : ago(job.ended_at ?? job.created_at) }}</td>
        </tr></tbody>
      </table></div>
      <button v-if="loaded.value?.next_cursor" class="secondary outline" @click="loaded.more">More</button>
    </section>
    <Evaluations :loaded="evaluations"></Evaluations>`,
};
