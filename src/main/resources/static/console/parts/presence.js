// Which of a model's modalities something has: a chip for each, hollow where it is absent.
import { computed } from 'vue';
import { colour } from '../modalities.js';

const ALL_FIT = 6; // with more, only those present have chips

export default {
  props: { modalities: Array, present: Array },
  setup(props) {
    const chips = computed(() => props.modalities
      .map((name, index) => ({ name, colour: colour(index), absent: !props.present.includes(name) }))
      .filter(chip => !chip.absent || props.modalities.length <= ALL_FIT));
    return { chips };
  },
  template: `
    <ul class="chips" aria-label="Has">
      <li v-for="chip in chips" class="chip" :class="{ absent: chip.absent }" :style="{ '--c': chip.colour }">
        {{ chip.name }}<span v-if="chip.absent" class="hidden">, absent</span>
      </li>
    </ul>`,
};
