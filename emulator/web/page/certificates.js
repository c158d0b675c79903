// Client certificates with their verdicts and the commands that use them, trust stores, and a
// place to judge any certificate.

import { actionButton, copyButton, onSubmit } from './actions.js';
import { path, post } from './api.js';
import { byId, el, keyed, setAttribute, setOptions, setText } from './dom.js';
import { refresh } from './live.js';
import { drawNow, draws, value } from './store.js';
import { dateAndTime, dateOf, number } from './text.js';

const LANGUAGES = { curl: 'curl', python: 'Python', node: 'Node', java: 'Java' };

let chosen = null;
let shown = '';

const nameOf = (certificate) => certificate.name || 'no certificate';

function verdictTag(verdict) {
  return el(
    'div',
    { class: 'verdict-line' },
    el(
      'span',
      { class: `tag ${verdict.accepted ? 'good' : 'bad'}` },
      verdict.accepted ? 'accepted' : 'refused',
    ),
    ` ${verdict.accepted ? '' : `${verdict.code} `}`,
    el('span', { class: 'muted' }, `at ${verdict.listener}`),
  );
}

/** Of a certificate of the scenario the topology knows whether it is revoked. */
function isRevoked(name) {
  const topology = value('topology');
  const all = (topology && topology.pki && topology.pki.certificates) || {};
  return Boolean(all[name] && all[name].revoked);
}

function revocationButton(name) {
  return actionButton('Revoke', name, async () => {
    const outcome = isRevoked(name)
      ? await post(path`/v1/certificates/${name}/reinstate`)
      : await post(path`/v1/certificates/${name}/revoke`);
    await refresh('certificates', 'trustStores');
    return outcome;
  });
}

function rowView(first) {
  let now = first;
  const button = el('button', { type: 'button', class: 'pick' }, nameOf(first));
  const subject = el('div', { class: 'muted' });
  const valid = el('td', { class: 'valid' });
  const verdicts = el('td');
  const revoke = first.name ? revocationButton(first.name) : null;
  const change = el('td', { class: 'change' }, revoke ? revoke.node : null);
  const row = el('tr', {}, el('th', { scope: 'row' }, button, subject), valid, verdicts, change);
  button.addEventListener('click', () => {
    chosen = now.name;
    drawNow('certificates');
    if (window.matchMedia('(max-width: 900px)').matches)
      byId('certificate').scrollIntoView({ block: 'start' });
  });
  return {
    node: row,
    update: (what) => {
      now = what;
      setText(subject, what.subject || '');
      if (revoke) {
        const label = isRevoked(what.name) ? 'Reinstate' : 'Revoke';
        setText(revoke.button, label);
        revoke.button.setAttribute('aria-label', `${label} ${what.name}`);
      }
      setText(valid, what.notAfter ? `${dateOf(what.notBefore)} to ${dateOf(what.notAfter)}` : '');
      verdicts.replaceChildren(
        ...(what.verdicts.length
          ? what.verdicts.map(verdictTag)
          : [el('span', { class: 'muted' }, 'no listener verifies')]),
      );
    },
  };
}

function detail(certificate) {
  const views = [];
  if (certificate.issuer) {
    views.push(
      el(
        'dl',
        { class: 'pairs' },
        [
          ['subject', certificate.subject],
          ['issuer', certificate.issuer],
          ['serial number', certificate.serialNumber],
          [
            'validity',
            `${dateAndTime(certificate.notBefore)} to ${dateAndTime(certificate.notAfter)}`,
          ],
          ...Object.entries(certificate.files || {}),
        ]
          .filter(([, text]) => text)
          .map(([name, text]) =>
            el('div', {}, el('dt', {}, name), el('dd', { class: 'mono' }, text)),
          ),
      ),
    );
  }
  for (const one of certificate.verdicts) {
    views.push(
      el('h4', {}, `At ${one.listener}, trust store ${one.trustStore}`),
      el(
        'pre',
        {
          class: `code verdict ${one.accepted ? 'good' : 'bad'}`,
          tabindex: '0',
          'aria-label': `Verdict at ${one.listener}`,
        },
        one.text,
      ),
    );
  }
  for (const [language, label] of Object.entries(LANGUAGES)) {
    const text = certificate.commands && certificate.commands[language];
    if (!text) continue;
    views.push(
      el(
        'div',
        { class: 'command-title' },
        el('h4', {}, label),
        copyButton(`the ${label} command`, () => text),
      ),
      el('pre', { class: 'code', tabindex: '0', 'aria-label': `${label} command` }, text),
    );
  }
  return views;
}

function draw() {
  const certificates = value('certificates');
  if (!certificates) return;
  setText(byId('certificates-error'), certificates.error || '');
  if (certificates.error) return;
  keyed(
    byId('certificate-table').tBodies[0],
    certificates.map((one) => ({ ...one })),
    (one) => one.name,
    rowView,
  );
  certificates.forEach((one, at) => {
    const row = byId('certificate-table').tBodies[0].rows[at];
    setAttribute(row, 'class', one.name === chosen ? 'chosen' : null);
    setAttribute(
      row.querySelector('button.pick'),
      'aria-pressed',
      one.name === chosen ? 'true' : 'false',
    );
  });
  const now = certificates.find((one) => one.name === chosen);
  const text = now ? JSON.stringify(now) : '';
  if (text === shown) return;
  shown = text;
  setText(byId('certificate-title'), now ? `Certificate: ${nameOf(now)}` : 'Certificate');
  byId('certificate-body').replaceChildren(
    ...(now
      ? detail(now)
      : [
          el(
            'p',
            { class: 'empty' },
            'Choose a certificate to see its verdicts and commands that use it.',
          ),
        ]),
  );
}

const listText = (list) =>
  `${list.revocationId}: ${number(list.numberOfRevokedEntries)} revoked by ${list.issuer}`;

function drawTrustStores() {
  const stores = value('trustStores');
  if (!Array.isArray(stores)) return;
  byId('trust-stores-none').hidden = stores.length > 0;
  byId('trust-store-table').hidden = stores.length === 0;
  keyed(
    byId('trust-store-table').tBodies[0],
    stores,
    (one) => one.name,
    () => {
      const [name, authorities, revoked, lists] = [
        el('th', { scope: 'row' }),
        el('td'),
        el('td'),
        el('td'),
      ];
      return {
        node: el('tr', {}, name, authorities, revoked, lists),
        update: (one) => {
          setText(name, one.name);
          setText(authorities, number(one.numberOfCaCertificates));
          setText(revoked, number(one.totalRevokedEntries));
          lists.replaceChildren(
            ...(one.revocations.length
              ? one.revocations.map((list) => el('div', {}, listText(list)))
              : [el('span', { class: 'muted' }, 'none')]),
          );
        },
      };
    },
  );
}

/** The listeners that verify, by the names that the API gives them. */
function drawListeners() {
  const topology = value('topology');
  if (!topology || topology.error) return;
  const verifying = Object.entries(topology.LoadBalancers || {}).flatMap(([name, one]) =>
    (one.Listeners || [])
      .filter((each) => each.MutualAuthentication && each.MutualAuthentication.Mode === 'verify')
      .map((each) => `${name}:${each.Port}`),
  );
  setOptions(byId('judge-listener'), verifying);
}

export function start() {
  draws('certificates', ['certificates', 'topology'], draw);
  draws('certificates', ['trustStores'], drawTrustStores);
  draws('certificates', ['topology'], drawListeners);
  onSubmit(byId('judge'), byId('judge-error'), async () => {
    byId('judge-verdict').replaceChildren();
    const outcome = await post('/v1/verify', {
      listener: byId('judge-listener').value,
      chain: byId('judge-chain').value,
    });
    if (outcome.ok) {
      const { accepted, text } = outcome.body;
      byId('judge-verdict').replaceChildren(
        el('pre', { class: `code verdict ${accepted ? 'good' : 'bad'}` }, text),
      );
    }
    return outcome;
  });
}
