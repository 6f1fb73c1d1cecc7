// The last lines that a run wrote; it stays at the newest unless somebody reads further up.
import { computed, nextTick, ref, watch } from 'vue';

const SHOWN = 200; // lines

export default {
  props: { run: Object },
  setup({ run }) {
    const place = ref();
    const lines = computed(() => run.log.slice(-SHOWN));
    watch(lines, async () => {
      const { scrollTop, clientHeight, scrollHeight } = place.value ?? {};
      await nextTick();
      if (place.value && !(scrollTop + clientHeight < scrollHeight - 8)) place.value.scrollTop = place.value.scrollHeight;
    });
    const time = at => at.slice(11, 19);
    return { lines, place, time };
  },
  template: `
    <section class="apart log" aria-labelledby="log">
      <h2 id="log">Log</h2>
      <p v-if="!lines.length" class="note">Nothing was written yet.</p>
      <pre v-else ref="place" role="log" tabindex="0" aria-labelledby="log"><template v-for="line in lines"><span class="note">{{ time(line.at) }}</span> {{ line.message }}
</template></pre>
      <p class="note"><a :href="run.path + '/log'">All that its workers printed</a></p>
    </section>`,
};
