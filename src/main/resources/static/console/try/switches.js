// A switch for each modality: on, off, or not there, with what it does for the best hit or could add.
import { computed } from 'vue';
import { colour, describe } from '../modalities.js';
import { points, signed } from '../words.js';

export default {
  props: { question: Object, answers: Object, faults: Object },
  setup(props) {
    const switches = computed(() => props.question.modalities.map((modality, index) => {
      const { name } = modality;
      const there = props.question.sample?.modalities?.[name] != null;
      return {
        name, there, colour: colour(index), what: describe(modality),
        on: there && !props.question.off.has(name),
        only: props.question.on.length === 1 && props.question.on[0] === name,
        lift: props.answers.hits[0]?.lift?.[name],
        value: props.answers.value?.values.find(value => value.modality === name),
      };
    }));
    const added = gain => points(gain) === '0' ? 'would add nothing' : `${points(gain)} points of confidence, expected`;
    return { added, signed, switches };
  },
  template: `
    <fieldset class="switches">
      <legend class="hidden">Modalities of the sample</legend>
      <div v-for="s in switches" :key="s.name" class="switch" :class="{ on: s.on, gone: !s.there, wrong: faults[s.name] }"
        :style="{ '--c': s.colour }">
        <label>
          <input type="checkbox" role="switch" :checked="s.on" :disabled="!s.there || s.only"
            :aria-describedby="'about-' + s.name" @change="question.toggle(s.name)">
          <span class="name">{{ s.name }}</span>
        </label>
        <p :id="'about-' + s.name">
          <span v-if="faults[s.name]" class="wrong">{{ faults[s.name] }}</span>
          <template v-else>
            <span>{{ s.there ? s.what : 'not measured' }}</span>
            <span v-if="s.on && s.lift != null">{{ signed(s.lift) }} for the first hit</span>
            <span v-else-if="!s.on && s.value?.gain != null">{{ added(s.value.gain) }}</span>
            <span v-else>&nbsp;</span>
          </template>
        </p>
      </div>
    </fieldset>`,
};
