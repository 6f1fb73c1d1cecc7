// One training run: where it stands, how it learns, what it wrote.
import { watch } from 'vue';
import { useRouter } from 'vue-router';
import { useRun } from '../job/run.js';
import Curves from '../job/curves.js';
import Fault from '../parts/fault.js';
import Log from '../job/log.js';
import Progress from '../job/progress.js';
import Spec from '../job/spec.js';

export default {
  components: { Curves, Fault, Log, Progress, Spec },
  props: { job: String },
  setup({ job }) {
    const run = useRun(job);
    const router = useRouter();
    watch(() => run.job.value?.id, id => job === 'latest' && id && router.replace(`/jobs/${id}`)); // which is another later
    return { run };
  },
  template: `
    <template v-if="run.job.value">
      <h1>Training of {{ run.job.value.model }}</h1>
      <p class="note">
        {{ run.job.value.id }}, on <router-link :to="'/data/' + run.job.value.dataset">{{ run.job.value.dataset }}</router-link
        >, {{ run.job.value.spec.architecture }}
      </p>
    </template>
    <h1 v-else>{{ job }}</h1>
    <Fault :problem="run.job.problem"></Fault>
    <template v-if="run.job.value">
      <Progress :run="run"></Progress>
      <Curves :run="run"></Curves>
      <Log :run="run"></Log>
      <Spec :job="run.job.value"></Spec>
    </template>`,
};
