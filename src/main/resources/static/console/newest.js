// A list, the newest first, of which as much is loaded as is asked for.
import { Away, get } from './api.js';
import { useLoaded } from './loading.js';

const MORE = 200; // items of a further page

/**
 * Loads the `first` of them at once, then every `period` milliseconds the newest, `again` of them and as many as reach the last
 * that has not ended, which join those that are known; `more` goes on where these end.
 */
export function useNewest(path, { query, first, again = first, period }) {
  let known;
  const page = (part, signal) => get(`${path}?${new URLSearchParams({ ...query, ...part })}`, signal);
  const loaded = useLoaded(load, period);

  async function load(signal) {
    const going = known?.items.findLastIndex(({ state }) => ['queued', 'running'].includes(state)) + 1;
    const newest = known && await page({ limit: Math.min(MORE, Math.max(again, going)) }, signal);
    return known = newest && joined(newest, known) || await page({ limit: first }, signal);
  }

  async function more() {
    const cursor = known.next_cursor;
    try {
      const next = await page({ limit: MORE, cursor });
      if (known.next_cursor !== cursor) return; // asked for twice
      loaded.value = known = { items: [...known.items, ...next.items], next_cursor: next.next_cursor };
    } catch (failure) {
      if (!(failure instanceof Away)) loaded.problem = failure;
    }
  }
  return Object.assign(loaded, { more });
}

/** The newest and those that are known; undefined where there may be others between them. */
function joined(newest, known) {
  if (!newest.next_cursor) return newest; // there are no others
  const ids = new Set(newest.items.map(item => item.id));
  const older = known.items.filter(item => !ids.has(item.id));
  if (older.length < known.items.length) return { items: [...newest.items, ...older], next_cursor: known.next_cursor };
}
