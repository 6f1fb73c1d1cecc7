// What the service answers to the question, asked again as soon as the question changes.
import { onUnmounted, reactive, watch } from 'vue';
import { Away, get, post } from '../api.js';
import { connection } from '../connection.js';

const PAUSE = 60; // ms without a further change before it is asked
const AGAIN = 1500; // ms until it is looked whether confidences are there

export function useAnswers(question) {
  const answers = reactive({
    hits: [],
    present: [], // modalities that were asked with
    value: undefined, // what measuring another modality would add
    milliseconds: undefined,
    asking: false,
    learning: false, // confidences are not there yet
    before: undefined, // the order of hits when every modality was on: {id: place}
    problem: undefined,
  });
  let running = new AbortController();
  let timer;
  let later;

  function ask() {
    clearTimeout(timer);
    timer = setTimeout(asked, PAUSE);
  }

  async function asked() {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const { collection, sample, on } = question;
    if (!collection || !sample) return;
    const path = `/v1/collections/${collection.name}`;
    const modalities = sample.modalities && Object.fromEntries(
      Object.entries(sample.modalities).filter(([name]) => !question.off.has(name)));
    answers.asking = true;
    try {
      const learning = await confidencesAreLearnt(path, signal);
      const { body, milliseconds } = await post(`${path}/search`, {
        query: modalities ? { modalities } : { item: sample.id },
        k: question.k, include: ['metadata'], explain: Boolean(modalities),
        ...!learning && { score: 'calibrated', order_by: question.order === 'confidence' ? 'confidence' : 'score' },
      }, signal);
      const hits = body.results[0].hits;
      const whole = question.off.size === 0;
      const places = Object.fromEntries(hits.map((hit, index) => [hit.id, index]));
      Object.assign(answers, { hits, milliseconds, learning, present: on, problem: undefined });
      if (whole) answers.before = places;
      answers.value = modalities && !learning && on.length < question.names.length
        ? (await post(`${path}/value`, { modalities }, signal)).body : undefined;
    } catch (failure) {
      if (signal.aborted || failure instanceof Away) return;
      Object.assign(answers, { problem: failure, hits: [], value: undefined });
    } finally {
      if (!signal.aborted) answers.asking = false;
    }
  }

  /** Confidences rest on the collection's own samples; the first time, that takes some seconds, so they are begun here. */
  async function confidencesAreLearnt(path, signal) {
    const calibration = await get(`${path}/calibration`, signal);
    if (calibration.state !== 'none') return false;
    if (!calibration.fitting) await post(`${path}/calibration`, undefined, signal);
    clearTimeout(later);
    later = setTimeout(ask, AGAIN);
    return true;
  }

  watch(() => [question.collection, question.sample, question.order, question.k], () => {
    answers.before = undefined;
    answers.value = undefined;
  });
  watch(() => [question.sample, question.off, question.order, question.k, connection.returns], ask);
  onUnmounted(() => {
    clearTimeout(timer);
    clearTimeout(later);
    running.abort();
  });
  return answers;
}
