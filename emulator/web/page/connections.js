// Connections as they come and go: the live ones, then those that ended, at most so many.

import { get } from './api.js';
import { byId, el, keyed, setAttribute, setOptions, setText } from './dom.js';
import { drawNow, draws, shownView, value } from './store.js';
import { bytes, number, ordinal, plural, rounded, timeOfDay } from './text.js';
import { showConnection } from './connection_record.js';

const MOST_LIVE = 200;
const NEWS_EVERY_MS = 10000; // a screen reader is told seldom, in a sentence

let chosen = null;
let paused = null; // what was shown when it was paused
let asked = ''; // whose end was asked for
let newsAt = 0;
let newsSince = 0;
const hopsSeen = new Set();
const reasonsSeen = new Set();

/** Another hoplab at the same address counts from 1 again, so a number alone is not enough. */
export const keyOf = (record) => `${record.id}@${record.acceptedAt}`;

/** As hoplab exec has it: it ended otherwise than in order, or a request failed on it. */
export const isFailure = (record) =>
  Boolean(record.end && record.end.how !== 'FIN') ||
  Boolean(record.failures && record.failures.length);

export const isPinned = (record) => {
  const key = keyOf(record);
  if (chosen && key === keyOf(chosen)) return true;
  const row = document.activeElement && document.activeElement.closest('tr[data-key]');
  return Boolean(row && row.dataset.key === key);
};

const isLive = (record) => !record.endedAt;

function reasonOf(record) {
  if (record.end) return record.end.reason;
  return '';
}

function reasonsOf(record) {
  return [reasonOf(record), ...(record.failures || []).map((one) => one.reason)].filter(Boolean);
}

function filterNow() {
  return {
    text: byId('filter-text').value.trim().toLowerCase(),
    hop: byId('filter-hop').value,
    reason: byId('filter-reason').value,
    failures: byId('filter-failures').checked,
  };
}

function passes(record, filter) {
  if (filter.failures && !isFailure(record)) return false;
  if (filter.hop && !record.hops.includes(filter.hop)) return false;
  if (filter.reason && !reasonsOf(record).includes(filter.reason)) return false;
  if (!filter.text) return true;
  const all = [
    record.id,
    record.client,
    record.hops.join(' '),
    record.leafClientCertSubject,
    record.tlsVerifyStatus,
    record.tlsProtocol,
    record.connTraceId,
    ...reasonsOf(record),
    record.end && record.end.explanation,
    record.end && record.end.how,
  ];
  return all.join(' ').toLowerCase().includes(filter.text);
}

function endText(record) {
  if (isLive(record)) return record.end ? `half open: ${record.end.reason}` : record.stage;
  const last = record.hops[record.hops.length - 1];
  const where = record.end.hop === last ? '' : ` at ${record.end.hop}`;
  return `${record.end.how} ${record.end.reason}${where}`;
}

function toneOf(record) {
  if (isFailure(record)) return 'bad';
  return isLive(record) ? 'live' : 'good';
}

/** A subject is read by its common name; all of it is in the record. */
const commonName = (subject) => {
  const found = /(?:^|,)CN=([^,]*)/.exec(subject || '');
  return found ? found[1] : subject || '';
};

function certificateText(record) {
  const verdict =
    record.tlsVerifyStatus && record.tlsVerifyStatus !== 'Success'
      ? record.tlsVerifyStatus.replace('Failed:', '')
      : '';
  return [commonName(record.leafClientCertSubject), verdict].filter(Boolean).join(' ');
}

function rowView() {
  let now = null;
  const button = el('button', { type: 'button', class: 'pick' });
  const time = el('td', { class: 'c-time mono' });
  const hops = el('td', { class: 'c-hops' });
  const who = el('td', { class: 'c-who mono' });
  const certificate = el('td', { class: 'c-cert' });
  const requests = el('td', { class: 'c-num' });
  const mark = el('span', { class: 'mark', 'aria-hidden': 'true' });
  const end = el('span');
  const row = el(
    'tr',
    {},
    el('th', { scope: 'row', class: 'c-id' }, button),
    time,
    hops,
    who,
    certificate,
    requests,
    el('td', { class: 'c-end' }, mark, end),
  );
  row.addEventListener('click', () => choose(now));
  return {
    node: row,
    update: (what) => {
      now = what.record;
      row.dataset.key = keyOf(now);
      setAttribute(row, 'class', `${toneOf(now)}${what.chosen ? ' chosen' : ''}`);
      setAttribute(row, 'aria-current', what.chosen ? 'true' : null);
      setText(button, number(now.id));
      setAttribute(button, 'aria-label', `Connection ${now.id}`);
      setAttribute(button, 'aria-pressed', what.chosen ? 'true' : 'false');
      setText(time, timeOfDay(now.endedAt || now.acceptedAt));
      setText(hops, now.hops.join(' \u203a '));
      setAttribute(hops, 'title', now.hops.join(' \u203a '));
      setText(who, now.client);
      setText(certificate, certificateText(now));
      setAttribute(certificate, 'title', now.leafClientCertSubject);
      setText(requests, now.requests ? number(now.requests) : '0');
      setText(end, endText(now));
      setAttribute(
        end,
        'title',
        `${bytes(now.bytesFromClient)} from, ${bytes(now.bytesToClient)} to the client`,
      );
    },
  };
}

function choose(record) {
  chosen = record;
  showConnection(record, isFailure(record));
  drawNow('connections');
  // On a phone the record is below the list, and would not be seen.
  if (window.matchMedia('(max-width: 900px)').matches)
    byId('connection').scrollIntoView({ block: 'start' });
}

function shownRecords() {
  if (paused) return paused;
  const ends = value('ends');
  const ended = ends ? ends.records : [];
  const over = new Set(ended.map(keyOf));
  const flows = Array.isArray(value('flows')) ? value('flows') : [];
  const live = flows
    .filter((one) => !over.has(keyOf(one)))
    .slice(-MOST_LIVE)
    .reverse();
  return [...live, ...ended];
}

function offerFilters(records) {
  for (const one of records) {
    for (const hop of one.hops) hopsSeen.add(hop);
    for (const reason of reasonsOf(one)) reasonsSeen.add(reason);
  }
  const any = { value: '', text: 'any' };
  const of = (seen) => [any, ...[...seen].sort().map((one) => ({ value: one, text: one }))];
  setOptions(byId('filter-hop'), of(hopsSeen));
  setOptions(byId('filter-reason'), of(reasonsSeen));
}

let items = new Map();

/** The same object for the same record and state, so that a row is written only when it differs. */
function itemsOf(records) {
  const now = new Map();
  for (const record of records) {
    const key = keyOf(record);
    const isChosen = Boolean(chosen) && keyOf(chosen) === key;
    const before = items.get(key);
    now.set(
      key,
      before && before.record === record && before.chosen === isChosen
        ? before
        : { record, chosen: isChosen },
    );
  }
  items = now;
  return [...items.values()];
}

function draw() {
  const all = shownRecords();
  offerFilters(all);
  const filter = filterNow();
  const shown = all.filter((one) => passes(one, filter));
  keyed(byId('connection-table').tBodies[0], itemsOf(shown), (one) => keyOf(one.record), rowView);
  byId('connections-none').hidden = all.length > 0;
  const live = all.filter(isLive).length;
  setText(
    byId('connection-count'),
    `${number(shown.length)} of ${number(all.length)} shown, ${live} live`,
  );
  // A chosen connection that has ended meanwhile has a record, and a reason.
  if (chosen && isLive(chosen) && !paused) {
    const later = all.find((one) => keyOf(one) === keyOf(chosen));
    if (!later) {
      findEnd(chosen);
    } else if (later !== chosen) {
      chosen = later;
      showConnection(later, isFailure(later));
    }
  }
}

/** The chosen one has ended, and is not among those that a sampled list shows. */
async function findEnd(record) {
  if (asked === keyOf(record)) return;
  asked = keyOf(record);
  const outcome = await get('/v1/ends');
  const end = outcome.ok && outcome.body.find((one) => keyOf(one) === keyOf(record));
  if (!end || !chosen || keyOf(chosen) !== keyOf(record)) return;
  chosen = end;
  showConnection(end, isFailure(end));
}

/** What a list does not show is said. */
export function samplingText(sampler, what) {
  const now = sampler && sampler.sampling();
  if (!now) return '';
  const kept = now.failures && now.allFailures ? ' and every failure' : '';
  const rate = number(rounded(now.perSecond));
  return `${rate}/s ${what}, showing every ${ordinal(Math.max(2, now.every))}${kept}.`;
}

function drawSampling() {
  const text = samplingText(value('ends'), 'connections end');
  byId('sampling').hidden = !text;
  setText(byId('sampling'), text);
  const missed = value('missed');
  byId('missed').hidden = !missed;
  if (missed) {
    setText(
      byId('missed'),
      `${plural(missed.ends, 'end', 'ends')} and ${plural(
        missed.requests,
        'request',
        'requests',
      )} came faster than this page could read, and are not in its lists; counters have them.`,
    );
  }
}

function sayNews() {
  const metrics = value('metrics');
  if (!metrics || metrics.error || shownView() !== 'connections') return;
  const now = performance.now();
  const ended = metrics.flows - metrics.liveFlows;
  if (now < newsAt || ended === newsSince) return;
  const more = ended - newsSince;
  newsAt = now + NEWS_EVERY_MS;
  if (newsSince && more > 0) {
    setText(
      byId('connection-news'),
      `${plural(more, 'connection has', 'connections have')} ended.`,
    );
  }
  newsSince = ended;
}

export function forget() {
  chosen = null;
  paused = null;
  showConnection(null);
  drawNow('connections');
}

export function start() {
  draws('connections', ['ends', 'flows'], draw);
  draws('connections', ['ends', 'missed'], drawSampling);
  draws('connections', ['metrics'], sayNews);
  const form = byId('connection-filter');
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => drawNow('connections'));
  byId('pause').addEventListener('click', () => {
    paused = paused ? null : shownRecords();
    byId('pause').setAttribute('aria-pressed', paused ? 'true' : 'false');
    setText(byId('pause'), paused ? 'Go on' : 'Pause');
    drawNow('connections');
  });
}
