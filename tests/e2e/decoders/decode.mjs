// How services in Node read the certificate out of a header: as decode.py, with Node's own rules.
import { X509Certificate } from 'node:crypto';
import querystring from 'node:querystring';
import readline from 'node:readline';

const blocks = (pem) =>
  pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
const certificates = (pem) => blocks(pem).map((block) => new X509Certificate(block).raw);

const rules = {
  // Percent-decoding of RFC 3986: JavaScript's own.
  'decodeURIComponent': (value) => certificates(decodeURIComponent(value)),
  // client-certificate-auth's for "aws-alb": a plus is escaped first, and each block read by itself.
  'client-certificate-auth': (value) =>
    certificates(decodeURIComponent(value.replaceAll('+', '%2B'))),
  // The whole text at once: of a chain, it is the first (client-certificate-auth #82).
  'one X509Certificate': (value) => [new X509Certificate(decodeURIComponent(value)).raw],
  // A form's: querystring, and URLSearchParams alike.
  'querystring': (value) => certificates(querystring.parse(`certificate=${value}`).certificate),
};

const told = (rule, value) => {
  try {
    return rule(value).map((der) => der.toString('base64')).join(' ');
  } catch (error) {
    return `! ${error.message.replaceAll(/\s+/g, ' ')}`;
  }
};

console.log(Object.keys(rules).join('\t'));
for await (const value of readline.createInterface({ input: process.stdin })) {
  console.log(Object.values(rules).map((rule) => told(rule, value)).join('\t'));
}
