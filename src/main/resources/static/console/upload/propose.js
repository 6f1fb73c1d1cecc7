// A schema that fits the files, by the headers of those that are CSV: something to begin with.
const READ = 65_536; // bytes

export async function propose(files) {
  if (!files.length) return '';
  const modalities = [];
  const labels = [];
  for (const { part, file } of files) {
    const [header, ...rows] = await beginning(file);
    if (part === 'labels') {
      header.slice(1).forEach((name, index) => {
        if (name !== 'split') labels.push(`  - {name: ${quoted(name)}, type: ${numeric(rows, index + 1) ? 'regression' : 'classification'}}`);
      });
    } else {
      modalities.push(`  - {name: ${quoted(part)}, type: ${type(header)}}`);
    }
  }
  return ['modalities:', ...modalities, ...labels.length ? ['labels:', ...labels] : []].join('\n') + '\n';
}

function type(header) {
  if (header[1] !== 't') return ['index,value', 'column,value'].includes(header.slice(1).join()) ? 'sparse_tabular' : 'tabular';
  return header.length === 3 && header[2] === 'token' ? 'tokens' : 'sequence';
}

const MISSING = new Set(['', 'NaN', 'NA', 'null']);

const numeric = (rows, column) => rows.every(row => MISSING.has(row[column] ?? '') || Number.isFinite(Number(row[column])));

async function beginning(file) {
  if (!/\.csv$/i.test(file.name)) return [[]];
  const lines = (await file.slice(0, READ).text()).split(/\r?\n/);
  return (file.size > READ ? lines.slice(0, -1) : lines).filter(Boolean).map(line => line.split(',').map(cell => cell.trim().replace(/^"(.*)"$/, '$1')));
}

const quoted = name => /^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name);
