// Keeps the store up to date while the tab is seen: polls what the shown view needs, reads the
// stream of events, and says when hoplab has gone and when it is back.

import { get } from './api.js';
import { set, shownView, value } from './store.js';

const TICK_MS = 250;
const RETRY_MS = [500, 1000, 2000, 4000];

/** name in the store, where it comes from, how often, and for which views; no view: for all. */
const SOURCES = [
  { name: 'status', from: '/v1/status', every: 2000, views: null },
  { name: 'metrics', from: '/v1/metrics', every: 1000, views: null },
  { name: 'clock', from: '/v1/clock', every: 1000, views: null },
  { name: 'topology', from: '/v1/topology', every: 2000, views: null },
  { name: 'flows', from: '/v1/flows', every: 1000, views: ['topology', 'connections'] },
  { name: 'faults', from: '/v1/faults', every: 1000, views: ['topology', 'faults'] },
  { name: 'targetHealth', from: '/v1/target-health', every: 1000, views: ['topology'] },
  { name: 'zonalHealth', from: '/v1/zonal-health', every: 2000, views: ['topology'] },
  { name: 'certificates', from: '/v1/certificates', every: 3000, views: ['certificates'] },
  { name: 'trustStores', from: '/v1/trust-stores', every: 3000, views: ['certificates'] },
];

const texts = new Map();
const dueAt = new Map();
let samplers = null;
let stream = null;
let failures = 0;
let timer = 0;
let running = false;

function link(state) {
  const before = value('link');
  if (!before || before.state !== state) set('link', { state, since: Date.now() });
}

/** Puts what a call answered into the store, when it differs from what is there. */
function keep(source, outcome) {
  if (!outcome.ok) {
    if (texts.get(source.name) !== outcome.error) set(source.name, { error: outcome.error });
    texts.set(source.name, outcome.error);
    return;
  }
  if (texts.get(source.name) === outcome.text) return;
  texts.set(source.name, outcome.text);
  set(source.name, outcome.body);
}

/** After a change of ours: asks again at once. */
export async function refresh(...names) {
  await Promise.all(
    SOURCES.filter((one) => names.includes(one.name)).map(async (source) => {
      const outcome = await get(source.from);
      if (outcome.status) keep(source, outcome);
    }),
  );
}

/** What was shown before may be another hoplab's. */
function forgetTexts() {
  texts.clear();
  dueAt.clear();
}

async function history() {
  const [ends, requests] = await Promise.all([get('/v1/ends'), get('/v1/requests')]);
  if (ends.ok) samplers.ends.addHistory(ends.body);
  if (requests.ok) samplers.requests.addHistory(requests.body.requests);
  set('ends', samplers.ends);
  set('requests', samplers.requests);
}

function openStream() {
  if (stream) return;
  const opened = new EventSource('/v1/events?heartbeat=5s');
  stream = opened;
  // What came before the stream began is asked for once it has begun, so that nothing is between.
  opened.addEventListener('open', history);
  opened.addEventListener('end', (event) => samplers.ends.push(event.data));
  opened.addEventListener('request', (event) => samplers.requests.push(event.data));
  opened.addEventListener('missed', (event) => {
    const now = JSON.parse(event.data);
    const before = value('missed') || { ends: 0, requests: 0 };
    set('missed', { ends: before.ends + now.ends, requests: before.requests + now.requests });
  });
  // A closed stream is opened by the next round of polls that is answered: one judge of who is
  // there.
  opened.addEventListener('error', () => {
    if (stream === opened) closeStream();
  });
}

function closeStream() {
  if (stream) stream.close();
  stream = null;
}

async function round() {
  const view = shownView();
  const now = performance.now();
  const due = SOURCES.filter(
    (one) => (!one.views || one.views.includes(view)) && now >= (dueAt.get(one.name) || 0),
  );
  let answered = true;
  await Promise.all(
    due.map(async (source) => {
      const began = performance.now();
      const outcome = await get(source.from);
      // What is large is asked for less often: never more than a tenth of the time.
      const took = performance.now() - began;
      dueAt.set(source.name, performance.now() + Math.max(source.every, 10 * took));
      if (outcome.status === 0) {
        answered = false;
      } else {
        keep(source, outcome);
      }
    }),
  );
  if (document.hidden) return;
  if (!answered) {
    failures += 1;
    closeStream();
    forgetTexts();
    link('lost');
  } else if (due.length) {
    failures = 0;
    link('live');
    openStream();
  }
}

function flush() {
  const now = performance.now();
  if (samplers.ends.flush(now)) set('ends', samplers.ends);
  if (samplers.requests.flush(now)) set('requests', samplers.requests);
}

async function tick() {
  if (running || document.hidden) return;
  running = true;
  flush();
  await round();
  running = false;
  if (document.hidden) return;
  const wait = failures ? RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] : TICK_MS;
  clearTimeout(timer);
  timer = setTimeout(tick, wait);
}

/** The view has changed: what it needs is asked for now. */
export function viewChanged() {
  const view = shownView();
  for (const one of SOURCES) if (one.views && one.views.includes(view)) dueAt.delete(one.name);
  clearTimeout(timer);
  tick();
}

export function start(both) {
  samplers = both;
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      clearTimeout(timer);
      closeStream();
    } else {
      tick();
    }
  });
  tick();
}
