// The neighbours, in order, moving to their new places when the order changes.
import { count, percent } from '../words.js';
import Presence from '../parts/presence.js';

export default {
  components: { Presence },
  props: { question: Object, answers: Object },
  setup(props) {
    /** How many places a hit went up since all modalities were on; null where nothing is switched off. */
    function moved(id, place) {
      const { before } = props.answers;
      if (!before || !props.question.off.size) return null;
      return id in before ? before[id] - place : Infinity;
    }
    const move = n => n === Infinity ? 'new' : n > 0 ? `▲ ${n}` : n < 0 ? `▼ ${-n}` : '';
    const spoken = n => n === Infinity ? 'was not among these' : n > 0 ? `up ${n}` : n < 0 ? `down ${-n}` : '';
    const same = (field, value) => props.question.sample?.metadata?.[field] === value;
    const itself = hit => hit.id === props.question.sample?.id;
    return { count, itself, move, moved, percent, same, spoken };
  },
  template: `
    <section aria-labelledby="nearest">
      <h2 id="nearest">Nearest</h2>
      <table class="hits">
        <thead><tr><th>Item</th><th class="has">Has</th><th class="number">Confidence</th><th class="number">Cosine</th></tr></thead>
        <TransitionGroup tag="tbody" name="move">
          <tr v-for="(hit, place) in answers.hits" :key="hit.id" :class="{ itself: itself(hit) }">
            <th scope="row"><div class="who-at">
              <span class="place">{{ place + 1 }}</span>
              <span class="who">
                <span><template v-if="itself(hit)">{{ hit.id }}<span class="tag chosen">itself</span></template>
                  <router-link v-else :to="{ path: '/try', query: { collection: question.collection?.name, item: hit.id } }">{{ hit.id }}</router-link>
                  <span v-if="moved(hit.id, place)" class="moved" :class="{ down: moved(hit.id, place) < 0 }">
                    <span aria-hidden="true">{{ move(moved(hit.id, place)) }}</span><span class="hidden">{{ spoken(moved(hit.id, place)) }}</span>
                  </span></span>
                <span class="facts"><span v-for="(value, field) in hit.metadata" :class="{ same: same(field, value) }">{{ field }} {{ value }}</span></span>
              </span>
            </div></th>
            <td><Presence :modalities="question.names" :present="hit.present"></Presence></td>
            <td class="number sure">
              <template v-if="hit.confidence != null">
                <span>{{ percent(hit.confidence) }}<span v-if="hit.calibration === 'fallback'" title="Too little is known of such matches: not to be trusted">*</span></span>
                <meter :value="hit.confidence" :aria-label="'Confidence of ' + hit.id"></meter>
              </template>
              <template v-else>…</template>
            </td>
            <td class="number">{{ hit.score.toFixed(4) }}</td>
          </tr>
        </TransitionGroup>
      </table>
      <p class="note">Confidence is the probability that this item is the one that belongs to the sample. <strong>Bold</strong> metadata is the sample's own.
        <template v-if="answers.hits.some(hit => hit.calibration === 'fallback')"> * Too little is known of such matches.</template></p>
    </section>`,
};
