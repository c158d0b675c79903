// One GET with node:http2. Prints "200 <body>", that the stream ended without an answer, or the error's own
// words with its call and number.
// Usage: node http2.mjs ADDRESS PORT NAME CA [CERT KEY]
import http2 from 'node:http2';
import { readFileSync } from 'node:fs';

const [address, port, name, ca, cert, key] = process.argv.slice(2);
const session = http2.connect(`https://${name}:${port}`, {
  host: address, port, servername: name,
  ca: readFileSync(ca),
  ...(cert && { cert: readFileSync(cert), key: readFileSync(key) }),
});
session.on('error', () => {});  // its stream says the same
const stream = session.request({ ':path': '/widgets', ':authority': name });
const parts = [];
let status;
stream.on('response', (headers) => { status = headers[':status']; });
stream.on('data', (part) => parts.push(part));
stream.on('end', () => {
  console.log(status ? `${status} ${Buffer.concat(parts)}` : `end without a response (rstCode ${stream.rstCode})`);
  session.close();
});
stream.on('error', (error) =>
  console.log(`Error: ${error.message.replaceAll('\n', '')} (code ${error.code}, syscall ${error.syscall})`));
