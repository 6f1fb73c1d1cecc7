// The public API, as any client meets it.
import { lost } from './connection.js';
import { askForKey } from './key.js';

/** A failure that the service tells of, as RFC 9457 has it; `faults` are `{pointer, detail}`. */
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

export const remove = path => call('DELETE', path);

export const text = (path, signal) => reached(async () => (await granted(await fetch(path, { signal, cache: 'no-store' }))).text());

/**
 * Sends a form, telling `{loaded, total}` bytes as they go, and gives what was answered. An upload that breaks off
 * is Away: the service is gone, or a file is no longer as it was when it was chosen.
 */
export function upload(path, form, tell, signal) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open('PUT', path);
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    request.upload.onprogress = tell;
    request.onload = () => request.status < 300 ? done(request.response) : failed(refusal(request.status, request.response ?? {}));
    request.onabort = () => failed(new DOMException('stopped', 'AbortError'));
    request.onerror = () => {
      lost();
      failed(new Away('the upload broke off'));
    };
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

const call = (method, path, body, signal) => reached(async () => {
  const start = performance.now();
  const response = await granted(await fetch(path, {
    method, signal, cache: 'no-store',
    headers: { Accept: 'application/json', ...body && { 'Content-Type': 'application/json' } },
    body: body && JSON.stringify(body),
  }));
  return { body: response.status === 204 ? undefined : await response.json(), milliseconds: performance.now() - start };
});

/** The response, unless the service refuses. */
async function granted(response) {
  if (!response.ok) throw refusal(response.status, await response.json().catch(() => ({})));
  return response;
}

/** The problem that is told of; a missing key is asked for. */
function refusal(status, told) {
  if (status === 401) askForKey();
  return new Problem(status, told);
}

/** A service may go away before its answer begins, or in the midst of it. */
async function reached(exchange) {
  try {
    return await exchange();
  } catch (failure) {
    if (failure.name === 'AbortError' || failure instanceof Problem) throw failure;
    lost();
    throw new Away('the service does not answer', { cause: failure });
  }
}
