// Which of the modalities that are off or absent would help most, were it measured.
import { computed } from 'vue';
import { percent, points } from '../words.js';

const LITTLE = 0.001; // of a probability

export default {
  props: { question: Object, answers: Object },
  setup(props) {
    const values = computed(() => props.answers.value?.values.filter(value => value.gain != null) ?? []);
    /** The first ones are a tie where their gains are within two errors. */
    const tie = computed(() => values.value.length > 1
      && values.value[0].gain - values.value[1].gain < 2 * Math.hypot(values.value[0].error, values.value[1].error));
    const little = computed(() => values.value[0]?.gain < LITTLE);
    return { little, percent, points, tie, values };
  },
  template: `
    <section v-if="values.length" aria-labelledby="next">
      <h2 id="next">What to measure next</h2>
      <p v-if="little">Nothing would add much: the best hit has {{ percent(answers.value.confidence) }}.</p>
      <p v-else>Measure <strong>{{ values[0].modality }}</strong><template v-if="tie"> or <strong>{{ values[1].modality }}</strong></template>:
        that is expected to add most. The best hit has {{ percent(answers.value.confidence) }} now.</p>
      <ul class="rows">
        <li v-for="value in values" :key="value.modality">
          <span class="name">{{ value.modality }}</span>
          <span>{{ points(value.gain) }} points <span class="note">± {{ (100 * value.error).toFixed(2) }}</span></span>
        </li>
      </ul>
    </section>`,
};
