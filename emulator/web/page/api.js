// Calls of the admin API. Whoever calls gets an outcome, never an exception.

const PATIENCE_MS = 60000; // a step of the clock waits until all is quiet

/** A path whose names may have any letter: path`/v1/faults/${name}/arm`. */
export function path(parts, ...names) {
  return parts.reduce((all, part, at) => all + encodeURIComponent(names[at - 1]) + part);
}

/**
 * The outcome: { ok, status, text, body, error }. `error` is in the API's own words; status 0 means
 * that nobody answered.
 */
export async function call(method, where, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const options = { method, signal: stop.signal, cache: 'no-store' };
    if (body !== undefined) {
      options.body = typeof body === 'string' ? body : JSON.stringify(body);
      options.headers = { 'Content-Type': 'application/json' };
    }
    const answer = await fetch(where, options);
    const text = await answer.text();
    let read = null;
    try {
      read = text ? JSON.parse(text) : null;
    } catch {
      read = null;
    }
    const outcome = { ok: answer.ok, status: answer.status, text, body: read, error: '' };
    if (!answer.ok) {
      outcome.error = (read && read.error) || `${answer.status} ${answer.statusText}`;
    }
    return outcome;
  } catch {
    return { ok: false, status: 0, text: '', body: null, error: 'hoplab does not answer' };
  } finally {
    clearTimeout(timer);
  }
}

export const get = (where) => call('GET', where);
export const put = (where, body) => call('PUT', where, body);
export const post = (where, body) => call('POST', where, body);
export const remove = (where) => call('DELETE', where);
