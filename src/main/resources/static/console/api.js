// The public API, as any client meets it.
import { lost } from './connection.js';

/** A failure that the service tells of, as RFC 9457 has it. `faults` are `{pointer, detail}`. */
export class Problem extends Error {
  constructor(status, { title, detail, errors }) {
    super(errors?.length ? title : detail ?? title ?? `status ${status}`);
    this.status = status;
    this.faults = errors ?? [];
  }
}

/** The service did not answer at all. */
export class Away extends Error {}

export const get = (path, signal) => call('GET', path, undefined, signal).then(answer => answer.body);

/** `{body, milliseconds}`: what was answered, and how long it took from here. */
export const post = (path, body, signal) => call('POST', path, body, signal);

export async function text(path, signal) {
  return (await reach(path, { signal })).text();
}

async function call(method, path, body, signal) {
  const start = performance.now();
  const response = await reach(path, {
    method, signal, cache: 'no-store',
    headers: { Accept: 'application/json', ...body && { 'Content-Type': 'application/json' } },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer);
  return { body: answer, milliseconds: performance.now() - start };
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    lost();
    throw new Away('the service does not answer', { cause: failure });
  }
}
