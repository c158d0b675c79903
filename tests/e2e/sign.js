// Signs a request with the signer of AWS's SDK for JavaScript: node sign.js '{"method": ...}' prints
// its target and headers.
const crypto = require('node:crypto');
const { SignatureV4 } = require('@smithy/signature-v4');

/** The hash that the signer wants, of Node's own crypto. */
class Sha256 {
  constructor(secret) {
    this.hash = secret ? crypto.createHmac('sha256', secret) : crypto.createHash('sha256');
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return this.hash.digest();
  }
}

/** As the SDK writes a query: names and values encoded (RFC 3986). */
function queryText(query) {
  const encoded = (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = [];
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) pairs.push(`${encoded(name)}=${encoded(one)}`);
  }
  return pairs.length ? `?${pairs.join('&')}` : '';
}

async function main(asked) {
  const signer = new SignatureV4({
    service: 'execute-api', region: asked.region, credentials: asked.credentials, sha256: Sha256,
  });
  const signed = await signer.sign({
    method: asked.method, protocol: 'https:', hostname: asked.host, path: asked.path, query: asked.query,
    headers: { host: asked.host }, body: asked.body || undefined,
  });
  process.stdout.write(JSON.stringify({ target: asked.path + queryText(asked.query), headers: signed.headers }));
}

main(JSON.parse(process.argv[2]));
