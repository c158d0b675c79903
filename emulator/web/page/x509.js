// Reads of a certificate what people ask for. It judges nothing: listeners do that.

const NAMES = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};
const PURPOSES = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};
const ALTERNATIVE_NAMES = '2.5.29.17';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TAG = {
  bitString: 0x03,
  oid: 0x06,
  utcTime: 0x17,
  bmpString: 0x1e,
  version: 0xa0,
  extensions: 0xa3,
};

/** One value of DER: its tag, its bytes, and where the next one begins. */
function valueAt(bytes, at) {
  if (at + 2 > bytes.length) throw new Error('it ends too early');
  let length = bytes[at + 1];
  let begin = at + 2;
  if (length & 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4) throw new Error('a length that DER does not have');
    length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + bytes[begin + i];
    begin += count;
  }
  if (!(begin + length <= bytes.length)) throw new Error('it ends too early');
  return { tag: bytes[at], bytes: bytes.subarray(begin, begin + length), next: begin + length };
}

function valuesIn(bytes) {
  const all = [];
  for (let at = 0; at < bytes.length;) {
    const one = valueAt(bytes, at);
    all.push(one);
    at = one.next;
  }
  return all;
}

function oidText(bytes) {
  const parts = [Math.min(2, Math.floor(bytes[0] / 40))];
  parts.push(bytes[0] - 40 * parts[0]);
  let value = 0;
  for (const byte of bytes.subarray(1)) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    parts.push(value);
    value = 0;
  }
  return parts.join('.');
}

function textOf({ tag, bytes }) {
  return new TextDecoder(tag === TAG.bmpString ? 'utf-16be' : 'utf-8').decode(bytes);
}

const hex = (bytes) =>
  Array.from(bytes, (one) => one.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

/** As RFC 2253 has it, and as the load balancers' headers do: the last part first. */
function nameText(bytes) {
  const parts = valuesIn(bytes).map((set) =>
    valuesIn(set.bytes)
      .map((pair) => {
        const [type, value] = valuesIn(pair.bytes);
        const oid = oidText(type.bytes);
        return `${NAMES[oid] || oid}=${textOf(value).replace(/([,+"\\<>;])/g, '\\$1')}`;
      })
      .join('+'),
  );
  return parts.reverse().join(',');
}

function timeText(value) {
  const text = textOf(value);
  const year =
    value.tag === TAG.utcTime
      ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text.slice(0, 2)}`
      : text.slice(0, 4);
  const rest = text.slice(value.tag === TAG.utcTime ? 2 : 4);
  const part = (at) => rest.slice(at, at + 2);
  return `${year}-${part(0)}-${part(2)}T${part(4)}:${part(6)}:${part(8)}Z`;
}

function alternativeNames(bytes) {
  const [names] = valuesIn(bytes);
  return valuesIn(names.bytes)
    .map((one) => {
      switch (one.tag) {
        case 0x81:
          return `email ${textOf(one)}`;
        case 0x82:
          return `DNS ${textOf(one)}`;
        case 0x86:
          return `URI ${textOf(one)}`;
        case 0x87:
          return `IP ${one.bytes.length === 4 ? one.bytes.join('.') : hex(one.bytes)}`;
        default:
          return null;
      }
    })
    .filter(Boolean);
}

function extensionsOf(values) {
  const found = { alternativeNames: [], purposes: [] };
  const place = values.find((one) => one.tag === TAG.extensions);
  if (!place) return found;
  const [list] = valuesIn(place.bytes);
  for (const extension of valuesIn(list.bytes)) {
    const parts = valuesIn(extension.bytes);
    const oid = oidText(parts[0].bytes);
    const content = parts[parts.length - 1].bytes;
    if (oid === ALTERNATIVE_NAMES) found.alternativeNames = alternativeNames(content);
    if (oid === EXTENDED_KEY_USAGE) {
      found.purposes = valuesIn(valuesIn(content)[0].bytes)
        .map((one) => oidText(one.bytes))
        .map((one) => PURPOSES[one] || one);
    }
  }
  return found;
}

function read(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const [signed] = valuesIn(valueAt(bytes, 0).bytes);
  const all = valuesIn(signed.bytes);
  const [serial, , issuer, validity, subject] = all[0].tag === TAG.version ? all.slice(1) : all;
  const [from, to] = valuesIn(validity.bytes);
  return {
    subject: nameText(subject.bytes),
    issuer: nameText(issuer.bytes),
    serialNumber: hex(serial.bytes).replace(/^00(?=.)/, ''),
    notBefore: timeText(from),
    notAfter: timeText(to),
    ...extensionsOf(all),
  };
}

/** Each certificate of a PEM text; of one that cannot be read { error }. */
export function certificatesOf(pem) {
  const found = pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g);
  return Array.from(found, ([, inner]) => {
    try {
      return read(inner.replace(/\s+/g, ''));
    } catch (error) {
      return { error: error.message };
    }
  });
}
