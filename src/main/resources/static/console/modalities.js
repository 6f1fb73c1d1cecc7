// A modality has one colour everywhere: that of its place in the model's schema.
const COLOURS = 8; // --modality-0 … of console.css

export const colour = index => `var(--modality-${index % COLOURS})`;

/** The same for charts, which take no variables. */
export const chartColour = index => variable(`--modality-${index % COLOURS}`);

/** Of a scale of numbers, the lowest first. */
export const scaleColour = step => variable(`--scale-${step}`);

const variable = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What one value of a modality is, in words. Of a dataset, its one number is told as `columns` whatever it counts. */
export function describe({ type, columns, features = columns, vocabulary = columns, patch }) {
  const width = Array.isArray(columns) ? columns.length : columns;
  switch (type) {
    case 'tabular': return `table of ${width} columns`;
    case 'sequence': return `steps of ${features} numbers`;
    case 'tokens': return `tokens out of ${vocabulary}`;
    case 'sparse_tabular': return `some of ${vocabulary} columns`;
    case 'patches': return `patches of ${patch?.join(' × ') ?? `${columns} cells`}`;
    default: return type;
  }
}

/**
 * The channels of a version, in the order of its answers: the sizes in the order given, each lexicographic.
 * As `{name, members}`, members being places in the schema. A mean over pairs (eao) has no fusion channel.
 */
export function channels({ architecture, channels: sizes = [], modalities }) {
  const names = modalities.map(modality => modality.name);
  const wanted = architecture === 'zorro' ? [names.length] : sizes;
  return wanted.flatMap(size => combinations(names.length, size))
    .map(members => ({ name: members.map(m => names[m]).join('+'), members }));
}

function combinations(n, size, from = 0) {
  if (size === 0) return [[]];
  const all = [];
  for (let first = from; first <= n - size; first++) {
    for (const rest of combinations(n, size - 1, first + 1)) all.push([first, ...rest]);
  }
  return all;
}
