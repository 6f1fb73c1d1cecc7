// An evaluation as it goes on: the service tells of it until it has ended.
import { shallowReactive, watch } from 'vue';
import { Away, get, post } from '../api.js';
import { connection } from '../connection.js';
import { useLoaded } from '../loading.js';
import { whileSeen } from '../while-seen.js';
import { over } from '../words.js';

export function useEvaluation(id) {
  const path = `/v1/evaluations/${encodeURIComponent(id)}`;
  const evaluation = useLoaded(signal => get(path, signal));
  const watched = shallowReactive({ evaluation, problem: undefined, ask });
  const isGoing = () => evaluation.value && !over(evaluation.value);
  let source;

  function listen() {
    source?.close();
    source = new EventSource(`${path}/events`);
    const take = ({ data }) => evaluation.value = JSON.parse(data);
    source.addEventListener('progress', take);
    source.addEventListener('state', event => {
      take(event);
      source.close(); // else the browser asks for the stream again
    });
  }

  /** Cancels it, or tries it again. */
  async function ask(what) {
    watched.problem = undefined;
    try {
      evaluation.value = (await post(`${path}/${what}`)).body;
    } catch (failure) {
      if (!(failure instanceof Away)) watched.problem = failure;
    }
  }

  // At first, after another try, and after an answer that was no stream.
  watch([isGoing, () => connection.returns], ([going]) => going && listen());
  whileSeen(() => isGoing() && listen(), () => source?.close());
  return watched;
}
