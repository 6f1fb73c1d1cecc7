// What came of it in a sentence, said aloud when it changes.
import { computed } from 'vue';
import { count, ordinal, percent } from '../words.js';

export default {
  props: { question: Object, answers: Object },
  setup(props) {
    const itself = computed(() => {
      const { hits } = props.answers;
      const id = props.question.sample?.id;
      const place = hits.findIndex(hit => hit.id === id);
      if (!id || !hits.length) return '';
      if (place < 0) return `${id} is not among the first ${hits.length}.`;
      const sure = hits[place].confidence;
      return `${id} itself is ${place ? ordinal(place + 1) : 'first'}${sure == null ? '' : `, at ${percent(sure)}`}.`;
    });
    return { count, itself };
  },
  template: `
    <div class="summary">
      <p role="status">
        <template v-if="answers.hits.length">By <strong>{{ answers.present.join(' + ') || 'its embedding' }}</strong>: {{ itself }}</template>
        <template v-if="answers.learning"> Confidences are being learnt from the collection: some seconds, once.</template>
      </p>
      <p class="note" :aria-busy="answers.asking">
        <template v-if="answers.hits.length">{{ count(question.collection.count) }} items in {{ Math.round(answers.milliseconds) }} ms</template>
      </p>
    </div>`,
};
