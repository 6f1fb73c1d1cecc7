// A training job as it goes on: its events from the first one on, and where it stands now.
import { onUnmounted, shallowReactive, watch } from 'vue';
import { get } from '../api.js';
import { connection } from '../connection.js';
import { useLoaded } from '../loading.js';
import { whileSeen } from '../while-seen.js';
import { over } from '../words.js';

const EVERY = 2000; // ms
const SHOWN = 200; // ms between two looks at what came in
const STEPS = 20_000; // kept; beyond, every other one

export function useRun(id) {
  const path = `/v1/training-jobs/${encodeURIComponent(id)}`;
  const job = useLoaded(signal => get(path, signal), EVERY);
  const run = shallowReactive({ job, path, steps: [], epochs: [], log: [] });
  let source;
  let timer;
  let ended = false;
  let coming; // what came since it was last shown

  function open() {
    source?.close();
    ended = false;
    coming = { steps: [], epochs: [], log: [] };
    source = new EventSource(`${path}/events`);
    listen('step', step => {
      forget(coming.steps, step.step);
      coming.steps.push(step);
      if (coming.steps.length > STEPS) coming.steps = coming.steps.filter((_, index) => index % 2);
    });
    listen('epoch', epoch => {
      forget(coming.epochs, epoch.step);
      coming.epochs.push(epoch);
    });
    listen('log', line => coming.log.push(line));
    listen('state', told => {
      ended = over(told);
      job.refresh();
    });
    // A stream that ends is asked for again by the browser, from the last event on; of a job that has ended there is none.
    source.onerror = () => ended && source.close();
  }

  const listen = (kind, take) => source.addEventListener(kind, event => {
    take(JSON.parse(event.data));
    timer ??= setTimeout(show, SHOWN);
  });

  function show() {
    timer = undefined;
    Object.assign(run, { steps: [...coming.steps], epochs: [...coming.epochs], log: [...coming.log] });
  }

  /** A worker that begins again at a checkpoint does those steps anew. */
  function forget(list, step) {
    while (list.length && list.at(-1).step >= step) list.pop();
  }

  function goOn() {
    const isClosed = !source || source.readyState === EventSource.CLOSED;
    if (!document.hidden && isClosed && !(ended && job.value && over(job.value))) open();
  }

  // After a resume, here or elsewhere, and after an answer that was no stream.
  watch([() => job.value?.state, () => connection.returns], () => job.value && goOn());
  whileSeen(goOn, () => source?.close());
  onUnmounted(() => clearTimeout(timer));
  goOn();
  return run;
}
