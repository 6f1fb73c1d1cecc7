// An upload under way: how much has gone, how fast, and what came of it.
import { onUnmounted, reactive } from 'vue';
import { Away, upload } from '../api.js';

const RATE_OVER = 3000; // ms

export function useSending() {
  const sending = reactive({
    going: false, loaded: 0, total: 0,
    rate: undefined, // bytes a second
    left: undefined, // seconds
    done: undefined, // the dataset
    problem: undefined,
    send, stop: () => running?.abort(),
  });
  let running;
  let marks;

  async function send(name, parts) {
    running = new AbortController();
    marks = [{ at: performance.now(), loaded: 0 }];
    Object.assign(sending, { going: true, loaded: 0, total: [...parts.values()].reduce((sum, part) => sum + part.size, 0), rate: undefined, left: undefined, done: undefined, problem: undefined });
    try {
      sending.done = await upload(`/v1/datasets/${encodeURIComponent(name)}`, parts, told, running.signal);
    } catch (failure) {
      if (failure instanceof Away) {
        sending.problem = new Error('The upload broke off: the service went away, or a file is no longer as it was when you chose it. All you chose is still here.');
      } else if (failure.name !== 'AbortError') {
        sending.problem = failure;
      }
    } finally {
      sending.going = false;
    }
  }

  function told({ loaded, total }) {
    const now = performance.now();
    marks.push({ at: now, loaded });
    while (marks.length > 2 && now - marks[0].at > RATE_OVER) marks.shift();
    const seconds = (now - marks[0].at) / 1000;
    const rate = seconds > 0.2 ? (loaded - marks[0].loaded) / seconds : undefined;
    Object.assign(sending, { loaded, total, rate, left: rate ? (total - loaded) / rate : undefined });
  }

  onUnmounted(() => running?.abort());
  return sending;
}
