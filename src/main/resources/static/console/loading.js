// What a page shows of the service: loaded, loaded again, and loaded anew when the service was away.
import { onUnmounted, shallowReactive, watch } from 'vue';
import { Away } from './api.js';
import { connection } from './connection.js';

/**
 * Loads at once, then every `period` milliseconds (never again where there is none, and not before a key is given where one is asked for). A load that is
 * overtaken by another is aborted, so that an old answer never takes the place of a newer one.
 */
export function useLoaded(load, period) {
  const state = shallowReactive({ value: undefined, problem: undefined, refresh, stop });
  let running = new AbortController();
  let timer;

  async function refresh() {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const value = await load(signal);
      if (signal.aborted) return;
      state.value = value;
      state.problem = undefined;
    } catch (failure) {
      if (signal.aborted) return;
      if (!(failure instanceof Away)) state.problem = failure;
    }
    if (period && state.problem?.status !== 401) timer = setTimeout(refresh, period);
  }

  /** Until it is asked to refresh, or the service comes back. */
  function stop() {
    clearTimeout(timer);
    running.abort();
  }

  watch(() => connection.returns, refresh);
  onUnmounted(stop);
  refresh();
  return state;
}
