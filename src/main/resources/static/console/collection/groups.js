// The items of a map by what they are coloured by: few groups, each with a name and a colour.
import { chartColour, scaleColour } from '../modalities.js';
import { plural } from '../words.js';

const GROUPS = 8; // as many as there are colours; what is rarer goes together
const STEPS = 5; // of a scale of numbers

export const PRESENCE = { '': 'which modalities', '#': 'how many modalities' };

/** As `{name, colour, points}`, in the order of the legend. */
export function grouped(points, by) {
  const value = by === '' ? point => point.present.join(' + ') || 'embedding only'
    : by === '#' ? point => point.present.length
    : point => point.value;
  const known = points.filter(point => value(point) != null);
  const without = points.filter(point => value(point) == null);
  const values = new Set(known.map(value));
  const numbers = [...values].every(one => typeof one === 'number');
  const groups = numbers && values.size > STEPS ? steps(known, value)
    : numbers ? [...values].sort((a, b) => a - b).map((one, index) => group(
      by === '#' ? plural(one, 'modality').replace(/ys$/, 'ies') : String(one),
      scaleColour(values.size < 2 ? 2 : Math.round(index * (STEPS - 1) / (values.size - 1))), known.filter(point => value(point) === one)))
    : kinds(known, value);
  return without.length ? [...groups, group('not told', undefined, without)] : groups;
}

const group = (name, colour, points) => ({ name, colour, points });

/** Numbers in steps that hold as many items each. */
function steps(points, value) {
  const sorted = points.toSorted((a, b) => value(a) - value(b));
  const bounds = Array.from({ length: STEPS + 1 }, (_, step) =>
    value(sorted[Math.min(sorted.length - 1, Math.floor(step * sorted.length / STEPS))]));
  return Array.from({ length: STEPS }, (_, step) => group(
    `${short(bounds[step])} to ${short(bounds[step + 1])}`, scaleColour(step),
    sorted.filter(point => value(point) >= bounds[step] && (step === STEPS - 1 || value(point) < bounds[step + 1]))))
    .filter(({ points: some }) => some.length);
}

/** Texts, the most common first. */
function kinds(points, value) {
  const byName = Map.groupBy(points, point => typeof value(point) === 'object' ? JSON.stringify(value(point)) : String(value(point)));
  const sorted = [...byName].sort(([, a], [, b]) => b.length - a.length);
  const shown = sorted.length > GROUPS ? sorted.slice(0, GROUPS - 1) : sorted;
  const others = sorted.slice(shown.length);
  return [
    ...shown.map(([name, some], index) => group(name, chartColour(index), some)),
    ...others.length ? [group(`${others.length} others`, undefined, others.flatMap(([, some]) => some))] : [],
  ];
}

const short = number => Number.isInteger(number) ? String(number) : number.toPrecision(3);
