// One GET with node:https. Prints "200 <body>", or the error's own words with its call and number.
// Usage: node client.mjs ADDRESS PORT NAME CA [CERT KEY]
import https from 'node:https';
import { readFileSync } from 'node:fs';

const [address, port, name, ca, cert, key] = process.argv.slice(2);
const request = https.get({
  host: address, port, servername: name, path: '/widgets', agent: false,
  headers: { Host: name },
  ca: readFileSync(ca),
  ...(cert && { cert: readFileSync(cert), key: readFileSync(key) }),
}, (response) => {
  const parts = [];
  response.on('data', (part) => parts.push(part));
  response.on('end', () => console.log(`${response.statusCode} ${Buffer.concat(parts)}`));
});
request.on('error', (error) =>
  console.log(`Error: ${error.message.trim()} (code ${error.code}, syscall ${error.syscall})`));
