// Numbers and times as people read them.
const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 3,000 */
export const count = n => whole.format(n);

/** 189.2K */
export const compact = n => short.format(n);

/** 11.4 MB */
export function bytes(n) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, n)) / 10));
  const value = n / 1024 ** power;
  return `${value < 10 && power ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** A rate: 0, 0.4, 12, 3,400 */
export const rate = n => n < 10 ? String(Math.round(n * 10) / 10) : count(Math.round(n));

/** A probability: 41.2 %, and never 0 or 100 where it is not quite. */
export function percent(p) {
  if (p > 0.9995 && p < 1) return '>\u00a099.9\u00a0%';
  if (p > 0 && p < 0.0005) return '<\u00a00.1\u00a0%';
  return `${(100 * p).toFixed(1)}\u00a0%`;
}

/** A change, with its sign: +0.031 */
export const signed = (x, digits = 3) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(digits)}`;

/** A change of a probability, in points of a hundred: +0.7 */
export const points = p => Math.abs(p) < 0.00005 ? '0' : signed(100 * p, Math.abs(p) < 0.001 ? 2 : 1);

/** 41 s, 3 min, 2 h */
export function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** How long something went on that has ended; undefined of what has not. */
export const took = ({ started_at: start, ended_at: end }) => start && end ? duration((new Date(end) - new Date(start)) / 1000) : undefined;

/** Whether a job or an evaluation has ended, for now. */
export const over = ({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state);

/** The name of a field or a metric: modal sparsity, network heads */
export const spoken = name => name.replaceAll(/[_.]/g, ' ');

/** 4 min ago */
export function ago(time) {
  const seconds = (Date.now() - new Date(time)) / 1000;
  if (seconds < 10) return 'just now';
  return seconds < 86_400 ? `${duration(seconds)} ago` : new Date(time).toISOString().slice(0, 10);
}

/** 1st, 2nd, 3rd, 11th */
export function ordinal(n) {
  const ends = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
  return n + ends[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)];
}

/** One of several: `item`, `items` */
export const plural = (n, word, several = `${word}s`) => `${count(n)} ${n === 1 ? word : several}`;
