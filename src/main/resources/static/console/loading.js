// What a page shows of the service: loaded, loaded again, and loaded anew when the service was away.
import { onUnmounted, shallowReactive, watch } from 'vue';
import { Away } from './api.js';
import { connection } from './connection.js';

/**
 * Loads at once, then every `period` milliseconds (never again where there is none). A load that is
 * overtaken by another is aborted, so that an old answer never takes the place of a newer one.
 */
export function useLoaded(load, period) {
  const state = shallowReactive({ value: undefined, problem: undefined, refresh });
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
    if (period) timer = setTimeout(refresh, period);
  }

  watch(() => connection.returns, refresh);
  onUnmounted(() => {
    clearTimeout(timer);
    running.abort();
  });
  refresh();
  return state;
}
