// Requests as they arrived behind the load balancers, and each with its headers.

import { onSubmit } from './actions.js';
import { put } from './api.js';
import { certificateViews, clientOf } from './client_certificate.js';
import { byId, el, keyed, setAttribute, setText } from './dom.js';
import { samplingText } from './connections.js';
import { drawNow, draws, value } from './store.js';
import { bytes, number, timeOfDay } from './text.js';

let chosen = null;
let shown = null;
let items = new Map();
const clients = new WeakMap(); // reading a certificate once is enough

export const keyOf = (request) => `${request.id}@${request.receivedAt}`;

export const isPinned = (request) => {
  const key = keyOf(request);
  if (chosen && key === keyOf(chosen)) return true;
  const row = document.activeElement && document.activeElement.closest('tr[data-key]');
  return Boolean(row && row.dataset.key === key);
};

function client(request) {
  if (!clients.has(request)) clients.set(request, clientOf(request.headers));
  return clients.get(request);
}

function passes(request, text) {
  if (!text) return true;
  const all = [
    request.method,
    request.path,
    request.receiver,
    request.kind,
    request.sourceIp,
    client(request),
    ...request.headers.map((one) => `${one.name}: ${one.value}`),
  ];
  return all.join(' ').toLowerCase().includes(text);
}

function rowView() {
  let now = null;
  const button = el('button', { type: 'button', class: 'pick' });
  const time = el('td', { class: 'c-time mono' });
  const who = el('td', { class: 'c-who' });
  const what = el('td', { class: 'c-path mono' });
  const certificate = el('td', { class: 'c-cert' });
  const row = el(
    'tr',
    {},
    el('th', { scope: 'row', class: 'c-id' }, button),
    time,
    who,
    what,
    certificate,
  );
  row.addEventListener('click', () => {
    chosen = now;
    showRequest(now);
    drawNow('requests');
    if (window.matchMedia('(max-width: 900px)').matches)
      byId('request').scrollIntoView({ block: 'start' });
  });
  return {
    node: row,
    update: (item) => {
      now = item.request;
      row.dataset.key = keyOf(now);
      setAttribute(row, 'class', item.chosen ? 'chosen' : null);
      setAttribute(row, 'aria-current', item.chosen ? 'true' : null);
      setText(button, number(now.id));
      setAttribute(button, 'aria-label', `Request ${now.id}`);
      setAttribute(button, 'aria-pressed', item.chosen ? 'true' : 'false');
      setText(time, timeOfDay(now.receivedAt));
      setText(who, now.receiver);
      setText(what, `${now.method} ${now.path}`);
      setText(certificate, client(now));
    },
  };
}

function headerTable(headers) {
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Headers' },
    el(
      'table',
      { class: 'headers' },
      el('caption', {}, 'As received, in order'),
      el(
        'thead',
        {},
        el('tr', {}, el('th', { scope: 'col' }, 'Header'), el('th', { scope: 'col' }, 'Value')),
      ),
      el(
        'tbody',
        {},
        headers.map((one) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row' }, one.name),
            el('td', { class: 'mono' }, one.value),
          ),
        ),
      ),
    ),
  );
}

function showRequest(request) {
  if (shown === request) return;
  shown = request;
  const body = byId('request-body');
  setText(byId('request-title'), request ? `Request ${number(request.id)}` : 'Request');
  if (!request) {
    body.replaceChildren(
      el(
        'p',
        { class: 'empty' },
        "Choose a request to see its headers and the client's certificate.",
      ),
    );
    return;
  }
  const code = (label, text) =>
    el('pre', { class: 'code', tabindex: '0', 'aria-label': label }, text);
  body.replaceChildren(
    ...[
      el('p', { class: 'mono wrap' }, el('strong', {}, request.method), ` ${request.path}`),
      el(
        'p',
        { class: 'muted' },
        `${request.kind.replaceAll('-', ' ')} ${request.receiver}${
          request.sourceIp ? `, from ${request.sourceIp}` : ''
        }, at ${request.receivedAt}`,
      ),
      certificateViews(request.headers),
      el('h4', {}, 'Headers'),
      headerTable(request.headers),
      el('h4', {}, `Body, ${bytes(request.bodyBytes)}`),
      request.bodyBytes ? code('Body', request.body) : el('p', { class: 'empty' }, 'It has none.'),
      request.output
        ? [el('h4', {}, 'What the function printed'), code('Output', request.output)]
        : null,
    ]
      .flat()
      .filter(Boolean),
  );
}

function draw() {
  const sampler = value('requests');
  const all = sampler ? sampler.records : [];
  const text = byId('request-text').value.trim().toLowerCase();
  const now = new Map();
  for (const request of all) {
    if (!passes(request, text)) continue;
    const isChosen = Boolean(chosen) && keyOf(chosen) === keyOf(request);
    const before = items.get(keyOf(request));
    now.set(
      keyOf(request),
      before && before.request === request && before.chosen === isChosen
        ? before
        : { request, chosen: isChosen },
    );
  }
  items = now;
  keyed(byId('request-table').tBodies[0], [...now.values()], (one) => keyOf(one.request), rowView);
  byId('requests-none').hidden = all.length > 0;
  setText(byId('request-count'), `${number(now.size)} of ${number(all.length)} shown`);
  const said = samplingText(sampler, 'requests');
  byId('request-sampling').hidden = !said;
  setText(byId('request-sampling'), said);
}

/** Nothing tells whether hoplab keeps requests but that none is there though some have come. */
function drawNote() {
  const metrics = value('metrics');
  const sampler = value('requests');
  const come =
    metrics &&
    !metrics.error &&
    (metrics.requests > 0 || Object.values(metrics.apiRequests || {}).some((count) => count > 0));
  byId('keep-note').hidden = !(come && sampler && !sampler.records.length);
}

export function forget() {
  chosen = null;
  showRequest(null);
}

export function start() {
  draws('requests', ['requests'], draw);
  draws('requests', ['requests', 'metrics'], drawNote);
  byId('request-text').addEventListener('input', () => drawNow('requests'));
  onSubmit(byId('keep-form'), byId('keep-error'), () =>
    put('/v1/requests', { keep: Number(byId('keep').value) }),
  );
}
