// Items arranged so that neighbours stay neighbours. That takes seconds, so a worker does it while the first map is looked at.
import { onUnmounted, shallowReactive, watch } from 'vue';
import { get } from '../api.js';
import { connection } from '../connection.js';

export const MOST = 5000; // items; more would take minutes
export const FEWEST = 4; // items; fewer have no neighbourhoods
const COMPONENTS = 16; // directions in which nearness is judged

/**
 * `places` are pairs of numbers by item, once they are there; until then `part` of the work is done. It begins when
 * `path` gives an address of a map, and anew when it gives another.
 */
export function useNeighbours(path) {
  const nothing = { part: 0, places: undefined, directions: undefined, explained: undefined, seconds: undefined, failed: false };
  const neighbours = shallowReactive({ ...nothing });
  let running = new AbortController();
  let worker;

  function stop() {
    running.abort();
    worker?.terminate();
  }

  async function arrange(address) {
    stop();
    Object.assign(neighbours, nothing);
    if (!address) return;
    running = new AbortController();
    const { signal } = running;
    try {
      const { points, explained } = await get(`${address}&limit=${MOST}&components=${COMPONENTS}`, signal);
      if (!signal.aborted) begin(points, explained);
    } catch {
      neighbours.failed = !signal.aborted;
    }
  }

  function begin(points, explained) {
    const start = performance.now();
    worker = new Worker(new URL('./arranging.js', import.meta.url));
    worker.onerror = () => neighbours.failed = true;
    worker.onmessage = ({ data: { part, places } }) => {
      if (!places) return neighbours.part = part;
      Object.assign(neighbours, {
        places: new Map(points.map(({ id }, index) => [id, places[index]])),
        directions: explained.length, explained: explained.reduce((a, b) => a + b, 0), seconds: (performance.now() - start) / 1000,
      });
      worker.terminate();
    };
    worker.postMessage(points.map(point => point.position));
  }

  watch(path, arrange, { immediate: true });
  watch(() => connection.returns, () => neighbours.failed && arrange(path()));
  onUnmounted(stop);
  return neighbours;
}
