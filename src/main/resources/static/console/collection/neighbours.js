// Items arranged so that neighbours stay neighbours. That takes seconds, so a worker does it while the first map is looked at.
import { onUnmounted, shallowReactive, watch } from 'vue';
import { get } from '../api.js';
import { connection } from '../connection.js';

export const MOST = 5000; // items; more would take minutes
export const FEWEST = 10; // items; fewer have no neighbourhoods
const COMPONENTS = 16; // directions in which nearness is judged
const KEPT = 8; // arrangements

const done = new Map(); // arrangements by address and state, the one that was wanted last at the end

/**
 * `places` are pairs of numbers by item, once they are there; until then `part` of the work is done. It begins when
 * `address` gives that of a map, and anew when it gives another. What was arranged while `state` gave the same is taken again.
 */
export function useNeighbours(address, state) {
  const nothing = { part: 0, places: undefined, directions: undefined, explained: undefined, seconds: undefined, failed: false };
  const neighbours = shallowReactive({ ...nothing });
  let running = new AbortController();
  let worker;

  function stop() {
    running.abort();
    worker?.terminate();
  }

  async function arrange(from) {
    stop();
    Object.assign(neighbours, nothing);
    if (!from) return;
    const key = `${from} ${state()}`;
    if (done.has(key)) return Object.assign(neighbours, keep(key, done.get(key)));
    running = new AbortController();
    const { signal } = running;
    try {
      const { points, explained } = await get(`${from}&limit=${MOST}&components=${COMPONENTS}`, signal);
      if (!signal.aborted) begin(points, explained, key);
    } catch {
      neighbours.failed = !signal.aborted;
    }
  }

  function begin(points, explained, key) {
    const start = performance.now();
    worker = new Worker(new URL('./arranging.js', import.meta.url));
    worker.onerror = () => neighbours.failed = true;
    worker.onmessage = ({ data: { part, places } }) => {
      if (!places) return neighbours.part = part;
      Object.assign(neighbours, keep(key, {
        places: new Map(points.map(({ id }, index) => [id, places[index]])),
        directions: explained.length, explained: explained.reduce((a, b) => a + b, 0), seconds: (performance.now() - start) / 1000,
      }));
      worker.terminate();
    };
    worker.postMessage(points.map(point => point.position));
  }

  watch(address, arrange, { immediate: true });
  watch(() => connection.returns, () => neighbours.failed && arrange(address()));
  onUnmounted(stop);
  return neighbours;
}

function keep(key, arrangement) {
  done.delete(key);
  done.set(key, arrangement);
  if (done.size > KEPT) done.delete(done.keys().next().value);
  return arrangement;
}
