// A choice of how a map is arranged: at once by directions, and by neighbours when a worker is done with that.
import { computed } from 'vue';

export default {
  props: { modelValue: Boolean, neighbours: Object },
  emits: ['update:modelValue'],
  setup(props) {
    const word = computed(() => props.neighbours.failed ? 'Neighbours could not be arranged'
      : props.neighbours.places ? 'Neighbours are arranged' : 'Arranging neighbours');
    return { word };
  },
  template: `
    <div class="choice">
      <span role="status">{{ word }}<span v-if="!neighbours.places && !neighbours.failed" aria-live="off">:&nbsp;{{ Math.round(100 * neighbours.part) }}&nbsp;%</span></span>
      <div role="group" aria-label="Arranged by">
        <button type="button" class="secondary outline" :aria-pressed="!modelValue" @click="$emit('update:modelValue', false)">Directions</button>
        <button type="button" class="secondary outline" :aria-pressed="modelValue" :disabled="!neighbours.places" @click="$emit('update:modelValue', true)">Neighbours</button>
      </div>
    </div>`,
};
