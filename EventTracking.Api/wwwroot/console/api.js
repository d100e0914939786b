// The client of the public routes.

import { keyOf } from './session.js';

const patience = 30_000;

export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail ?? body.title ?? `The service answered ${status}.`);
    this.status = status;
    this.type = body.type ?? '';
    this.title = body.title ?? (status ? `Status ${status}` : 'The service cannot be reached');
    this.errors = body.errors ?? {};
    this.traceId = body.traceId ?? null;
    this.retryAfter = retryAfter;
  }
}

export async function get(path, signal) {
  return (await call('GET', path, { signal, headers: { Accept: 'application/json' } })).json();
}

// For what may not be there: a route that this installation lacks, or a thing that does not exist.
export async function find(path, signal) {
  try {
    return await get(path, signal);
  } catch (problem) {
    if (problem.status === 404) {
      return null;
    }

    throw problem;
  }
}

// For a part of a screen that the rest does without: what it is instead if it cannot be had.
export async function attempt(asked, instead) {
  try {
    return await asked;
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status === 401) {
      throw problem;
    }

    return typeof instead === 'function' ? instead(problem) : instead;
  }
}

// An id as a part of a path. These two would name another path, whatever their form.
export function segment(id) {
  if (['.', '..'].includes(id)) {
    throw new Problem(404, { title: 'Not found', detail: `There is nothing with the id '${id}'.` });
  }

  return encodeURIComponent(id);
}

export async function send(method, path, body) {
  const response = await call(method, path, { headers: { Accept: 'application/json', 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) });
  return response.status === 204 ? null : response.json();
}

export async function getBytes(path, signal) {
  const response = await call('GET', path, { signal, headers: { Accept: '*/*' } });
  return { type: response.headers.get('Content-Type') ?? '', bytes: new Uint8Array(await response.arrayBuffer()) };
}

export function query(parameters) {
  const text = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== '')).toString();
  return text && `?${text}`;
}

async function call(method, path, { signal, headers, body }) {
  const limit = AbortSignal.timeout(patience);
  let response;
  try {
    response = await fetch(new URL(path.slice(1), document.baseURI), {
      method, body, headers: { ...headers, 'X-Api-Key': keyOf() ?? '' }, cache: 'no-store', credentials: 'omit', redirect: 'error', signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }

    throw new Problem(0, { title: 'The service cannot be reached', detail: limit.aborted ? 'It did not answer within 30 seconds.' : 'Check that it is running and that you are connected.' });
  }

  if (response.ok) {
    return response;
  }

  const problem = await response.json().catch(() => ({}));
  throw new Problem(response.status, problem, Number(response.headers.get('Retry-After')) || null);
}
