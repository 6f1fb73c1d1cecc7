// The service's counters, as Prometheus reads them, and what they say of now.
import { reactive } from 'vue';
import { text } from './api.js';

const KEPT = 150; // points; five minutes of two seconds each

/** Rates by time, newest last; kept while other pages are shown. */
export const history = reactive({ points: [], waiting: 0 });

let last;

export async function sample(signal) {
  const counters = read(await text('/actuator/prometheus', signal));
  const now = {
    time: Date.now(),
    samples: counters('braid_batch_samples_sum'),
    searches: counters('braid_search_queries_total'),
    busy: counters('braid_compute_seconds_sum'),
  };
  history.waiting = counters('braid_queue_depth');
  const seconds = last && (now.time - last.time) / 1000;
  const restarted = last && now.busy < last.busy;
  if (last && !restarted && seconds < 30) {
    const rate = name => Math.max(0, (now[name] - last[name]) / seconds);
    history.points.push({ time: now.time, samples: rate('samples'), searches: rate('searches'), busy: rate('busy') });
    history.points.splice(0, history.points.length - KEPT);
  }
  last = now;
  return history;
}

/** A function that gives the sum of a metric over its tags, 0 of one that was not counted yet. */
function read(page) {
  const sums = new Map();
  for (const [, name, value] of page.matchAll(/^(braid_\w+)(?:\{.*\})? (\S+)/gm)) {
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return name => sums.get(name) ?? 0;
}
