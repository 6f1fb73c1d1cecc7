// How a version was trained: its losses by epoch, and how well it found samples again.
import { computed } from 'vue';
import { get } from '../api.js';
import { useLoaded } from '../loading.js';
import Chart from '../parts/chart.js';
import Fault from '../parts/fault.js';
import { lines } from '../parts/lines.js';

export default {
  components: { Chart, Fault },
  props: { job: String },
  setup(props) {
    const loaded = useLoaded(signal => get(`/v1/training-jobs/${props.job}/metrics`, signal));
    const epochs = computed(() => loaded.value?.epochs ?? []);
    const plot = (y, series) => lines({
      x: { name: 'epoch' }, y,
      series: series.map(([name, colour, of]) => ({
        name, colour, data: epochs.value.map(epoch => [epoch.epoch, of(epoch)]).filter(([, value]) => value != null),
      })),
    });
    const losses = () => plot({}, [
      ['training loss', 0, epoch => epoch.train_loss], ['test loss', 3, epoch => epoch.test_loss],
    ]);
    const recalls = () => plot({ min: 0, scale: false }, [1, 5, 10].map((k, index) =>
      [`recall@${k}`, [2, 4, 1][index], epoch => epoch.retrieval?.mean?.[`recall@${k}`]]));
    return { epochs, loaded, losses, recalls };
  },
  template: `
    <section class="apart" aria-labelledby="training">
      <h2 id="training">How it was trained</h2>
      <Fault :problem="loaded.problem"></Fault>
      <div v-if="epochs.length" class="pair">
        <Chart :option="losses" label="Training and test loss by epoch"></Chart>
        <Chart :option="recalls" label="Recall at 1, 5 and 10 on the test split, by epoch"></Chart>
      </div>
      <p class="note">Job <router-link :to="'/jobs/' + job">{{ job }}</router-link>, and <a :href="'/v1/training-jobs/' + job + '/log'">its log</a>.</p>
    </section>`,
};
