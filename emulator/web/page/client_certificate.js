// What a request says about its client's certificate: the X-Amzn-Mtls-* headers, readable.

import { el } from './dom.js';
import { certificatesOf } from './x509.js';

// A listener's attributes may call these headers otherwise; what they hold is told by the value
// then.
const PREFIX = 'x-amzn-mtls-clientcert';
const LABELS = {
  '-serial-number': 'serial number',
  '-issuer': 'issuer',
  '-subject': 'subject',
  '-validity': 'validity',
  '-leaf': 'leaf',
  '': 'chain',
};

/** Load balancers percent-encode PEM and leave +, = and / as they are. */
function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

export function mtlsHeaders(headers) {
  const found = [];
  for (const { name, value } of headers) {
    const low = name.toLowerCase();
    const pem = value.startsWith('-----BEGIN%20CERTIFICATE') || value.startsWith('-----BEGIN CERT');
    if (low.startsWith(PREFIX)) {
      found.push({
        name,
        what: LABELS[low.slice(PREFIX.length)] ?? low.slice(PREFIX.length + 1),
        pem,
        value: decoded(value),
      });
    } else if (pem) {
      found.push({ name, what: 'chain', pem, value: decoded(value) });
    }
  }
  return found;
}

/** In a word, whose certificate it was. */
export function clientOf(headers) {
  const all = mtlsHeaders(headers);
  const subject = all.find((one) => one.what === 'subject');
  if (subject) return subject.value;
  const pem = all.find((one) => one.pem);
  const [first] = pem ? certificatesOf(pem.value) : [];
  return (first && first.subject) || '';
}

function pairs(entries) {
  return el(
    'dl',
    { class: 'pairs' },
    entries
      .filter(([, text]) => text)
      .map(([name, text]) => el('div', {}, el('dt', {}, name), el('dd', {}, text))),
  );
}

function validityText(value) {
  return value.replace(/NotBefore=([^;]*);NotAfter=(.*)/, '$1 to $2');
}

function certificateView(one, at, of) {
  const title = of > 1 ? `${at === 0 ? 'Leaf' : `Certificate ${at + 1} of ${of}`}` : 'Certificate';
  if (one.error) return el('p', { class: 'error' }, `${title} cannot be read: ${one.error}`);
  return el(
    'div',
    {},
    el('h5', {}, title),
    pairs([
      ['subject', one.subject],
      ['issuer', one.issuer],
      ['serial number', one.serialNumber],
      ['validity', `${one.notBefore} to ${one.notAfter}`],
      ['also named', one.alternativeNames.join(', ')],
      ['for', one.purposes.join(', ')],
    ]),
  );
}

/** Elements that tell about the certificate; none, when the request says nothing. */
export function certificateViews(headers) {
  const all = mtlsHeaders(headers);
  if (!all.length) return [];
  const views = [el('h4', {}, 'Client certificate')];
  const plain = all.filter((one) => !one.pem);
  const pem = all.filter((one) => one.pem);
  if (plain.length) {
    views.push(
      pairs(
        plain.map((one) => [
          one.what,
          one.what === 'validity' ? validityText(one.value) : one.value,
        ]),
      ),
    );
  }
  for (const one of pem) {
    const certificates = certificatesOf(one.value);
    views.push(
      el(
        'details',
        { open: !plain.length },
        el(
          'summary',
          {},
          `${one.name}: ${
            certificates.length === 1 ? 'a certificate' : `${certificates.length} certificates`
          }`,
        ),
        certificates.map((each, at) => certificateView(each, at, certificates.length)),
        el(
          'pre',
          { class: 'code', tabindex: '0', 'aria-label': `${one.name}, decoded` },
          one.value,
        ),
      ),
    );
  }
  return views;
}
