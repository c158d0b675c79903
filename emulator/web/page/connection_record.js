// One connection: how it ended and why, its timeline, and its whole record.

import { copyButton } from './actions.js';
import { get, path } from './api.js';
import { byId, el, setText } from './dom.js';
import { bytes, lasted, number } from './text.js';

let shown = null;

const NAMES = {
  acceptedAt: 'accepted',
  endedAt: 'ended',
  connTraceId: 'trace id',
  tlsProtocol: 'TLS',
  tlsCipher: 'cipher',
  tlsKeyExchange: 'key exchange',
  tlsHandshakeLatency: 'handshake',
  leafClientCertSubject: 'certificate',
  leafClientCertValidity: 'validity',
  leafClientCertSerialNumber: 'serial number',
  tlsVerifyStatus: 'verdict',
  verifyReason: 'why',
  lastStatus: 'last status',
  bytesFromClient: 'from the client',
  bytesToClient: 'to the client',
};

function valueText(name, what) {
  if (name.startsWith('bytes')) return bytes(what);
  if (name === 'hops') return what.join(' \u203a ');
  if (name === 'removedFields') return what.join(', ');
  if (name === 'tlsHandshakeLatency') return `${(what * 1000).toFixed(1)} ms`;
  if (typeof what === 'number') return number(what);
  return typeof what === 'object' ? JSON.stringify(what) : String(what);
}

function pairs(object, names = NAMES) {
  return el(
    'dl',
    { class: 'pairs' },
    Object.entries(object).map(([name, what]) =>
      el('div', {}, el('dt', {}, names[name] || name), el('dd', {}, valueText(name, what))),
    ),
  );
}

function summary(record) {
  if (!record.endedAt) {
    return el(
      'p',
      { class: 'verdict live' },
      record.end
        ? `Half open since ${record.end.reason} at ${record.end.hop}.`
        : `Live, at the stage ${record.stage}.`,
    );
  }
  const end = record.end;
  const bad = end.how !== 'FIN' || record.failures;
  return el(
    'div',
    { class: `verdict ${bad ? 'bad' : 'good'}` },
    el(
      'p',
      {},
      el('strong', {}, `${end.how} ${end.reason}`),
      ` at ${end.hop}, by the ${end.by}, toward the ${
        end.toward
      }, at the stage ${end.stage}, after ${lasted(record.acceptedAt, record.endedAt)}.`,
    ),
    el('p', {}, `${end.explanation[0].toUpperCase()}${end.explanation.slice(1)}.`),
    record.verifyReason ? el('p', {}, record.verifyReason) : null,
  );
}

function failuresOf(record) {
  return (record.failures || []).map((one) =>
    el(
      'p',
      { class: 'verdict bad' },
      el('strong', {}, one.status ? `${one.status} ` : 'no answer ', one.reason),
      ` at ${one.hop}, ${number(
        one.count,
      )} times: ${one.explanation}${one.detail ? `, ${one.detail}` : ''}${
        one.target ? `, target ${one.target}` : ''
      }.`,
    ),
  );
}

function timeline(record) {
  const place = el('div', { class: 'timeline' });
  const gone = () =>
    place.replaceChildren(
      el('p', { class: 'empty' }, 'hoplab has no timeline of this connection any more.'),
    );
  const image = el('img', {
    alt: `Timeline of connection ${record.id}; its text is below`,
    src: path`/v1/connections/${record.id}/timeline?as=svg`,
    error: gone,
  });
  const text = el('pre', { class: 'code', tabindex: '0', 'aria-label': 'Timeline as text' });
  const rest = el('details', {}, el('summary', {}, 'Timeline as text'), text);
  rest.addEventListener('toggle', async () => {
    if (!rest.open || text.textContent) return;
    const outcome = await get(path`/v1/connections/${record.id}/timeline?as=text`);
    setText(text, outcome.ok ? outcome.text : outcome.error);
  });
  // In its own size: what is drawn small cannot be read.
  place.append(
    el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Timeline' }, image),
    el('a', { href: image.src, target: '_blank', rel: 'noopener' }, 'Open the picture'),
    rest,
  );
  return [el('h4', {}, 'Timeline'), place];
}

/** When it came to each of its stages, from its beginning. */
function stagesOf(record) {
  if (!record.stages || !record.stages.length) return [];
  return [
    el('h4', {}, 'Stages'),
    el(
      'dl',
      { class: 'pairs' },
      record.stages.map((one) =>
        el('div', {}, el('dt', {}, one.stage), el('dd', {}, lasted(record.acceptedAt, one.at))),
      ),
    ),
  ];
}

const labelled = (label, text, tag = 'span') =>
  text ? el('p', {}, el('span', { class: 'muted' }, `${label} `), el(tag, {}, text)) : null;

function causeView(cause) {
  const command = cause.file ? `hoplab test ${cause.file}` : '';
  return el(
    'li',
    {},
    el(
      'p',
      {},
      el('strong', {}, cause.title),
      ' ',
      el('span', { class: `tag ${cause.howSure}` }, cause.howSure),
    ),
    // Of a code that no case of the casebook is about, the title says it all.
    cause.title.includes(cause.cause) ? null : el('p', {}, cause.cause),
    labelled('told by', cause.because),
    labelled('tell apart', cause.tellApart),
    labelled('mend', cause.fix),
    labelled('metrics', (cause.metrics || []).join(', ')),
    command
      ? el(
          'div',
          { class: 'command' },
          labelled('here', command, 'code'),
          copyButton('the command that reproduces it', () => command),
        )
      : null,
  );
}

function causes(record) {
  const place = el('div', { class: 'causes' }, el('p', { class: 'empty' }, 'asking the casebook'));
  get(path`/v1/connections/${record.id}/causes`).then((outcome) => {
    if (!outcome.ok) {
      place.replaceChildren(el('p', { class: 'error' }, outcome.error));
    } else if (!outcome.body.causes.length) {
      place.replaceChildren(el('p', { class: 'empty' }, 'The casebook knows no case that fits.'));
    } else {
      place.replaceChildren(el('ol', {}, outcome.body.causes.map(causeView)));
    }
  });
  return [el('h4', {}, 'From the casebook'), place];
}

/** Of a live connection more is known each second; nothing is taken from under who reads in it. */
function isInUse(body) {
  return body.contains(document.activeElement) || body.querySelector('details[open]') !== null;
}

export function showConnection(record, isBad) {
  if (shown === record) return;
  const goesOn =
    shown && record && shown.id === record.id && shown.acceptedAt === record.acceptedAt;
  if (goesOn && !record.endedAt) {
    if (JSON.stringify(shown) === JSON.stringify(record) || isInUse(byId('connection-body')))
      return;
  }
  shown = record;
  const body = byId('connection-body');
  setText(byId('connection-title'), record ? `Connection ${number(record.id)}` : 'Connection');
  if (!record) {
    body.replaceChildren(
      el(
        'p',
        { class: 'empty' },
        'Choose a connection to see its record, its timeline, and why it ended.',
      ),
    );
    return;
  }
  const { id, end, failures, verifyReason, stages, ...rest } = record;
  body.replaceChildren(
    ...[
      summary(record),
      failuresOf(record),
      isBad && record.endedAt ? causes(record) : null,
      timeline(record),
      stagesOf(record),
      el('h4', {}, 'Record'),
      pairs(rest),
      el(
        'details',
        {},
        el('summary', {}, 'As JSON'),
        el(
          'pre',
          { class: 'code', tabindex: '0', 'aria-label': 'Record as JSON' },
          JSON.stringify(record, null, 2),
        ),
      ),
    ]
      .flat()
      .filter(Boolean),
  );
}
