// Begins an upload over HTTP/2 and never ends it; prints the status that comes all the same.
//
// Usage: stalled_upload.mjs ADDRESS:PORT NAME CA
import fs from 'node:fs';
import http2 from 'node:http2';

const [address, name, authorities] = process.argv.slice(2);
const session = http2.connect(`https://${address}`, { ca: fs.readFileSync(authorities), servername: name });
const request = session.request({ ':method': 'POST', ':path': '/silent', ':authority': name });
request.on('response', (fields) => {
  console.log(fields[':status']);
  session.destroy();
});
request.on('error', (error) => console.log(error.message));
request.write('xx');
