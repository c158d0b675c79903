// One GET with node:https for each line of standard input, on a connection of its own: ID, address, port,
// name, CA, certificate, key, keystore (not used), version, by tabs. Prints a line each: ID<tab>"200 <body>",
// or the error's words.
import https from 'node:https';
import { readFileSync } from 'node:fs';

function ask([, address, port, name, ca, cert, key, , version]) {
  return new Promise((told) => {
    const request = https.get({
      host: address, port, servername: name, path: '/', agent: false, headers: { Host: name },
      ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key),
      minVersion: `TLSv${version}`, maxVersion: `TLSv${version}`,
    }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => told(`${response.statusCode} ${Buffer.concat(parts)}`));
    });
    request.on('error', (error) => told(`${error.message.trim()} (${error.code})`));
  });
}

for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const fields = line.split('\t');
  console.log(`${fields[0]}\t${await ask(fields)}`);
}
