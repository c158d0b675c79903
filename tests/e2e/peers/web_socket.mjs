// A server or a client of WebSockets by the package `ws`, for web_socket_test.py.
//
// server: prints its port, echoes messages, and prints each close as JSON. The path /refused is
// answered 403.
// client URL CA COUNT SIZE: sends COUNT messages of SIZE bytes, text and binary in turn, without
// waiting; checks what comes back; pings; closes with 4001 "done". Prints how it ended as JSON.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

const { WebSocket, WebSocketServer } = createRequire(import.meta.url)('/usr/share/nodejs/ws');
const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');

function serve() {
  const server = createServer((request, response) => response.end('not a WebSocket'));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 << 20 });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/refused') return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (one) => {
      one.on('message', (data, binary) => one.send(data, { binary }));
      one.on('close', (code, reason) => say({ code, reason: String(reason) }));
      one.on('error', () => {});
      if (request.url === '/headers') one.send(JSON.stringify(request.rawHeaders));
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

function ask(url, address, ca, count, size) {
  const [host, port] = address.split(':');
  const socket = new WebSocket(url, { ca: readFileSync(ca), lookup: (_, options, done) => options.all
    ? done(null, [{ address: host, family: 4 }]) : done(null, host, 4), maxPayload: 64 << 20 });
  let received = 0, pongs = 0, wrong = 0;
  const message = (i) => (i % 2 ? Buffer.alloc(size, i % 251) : String(i % 10).repeat(size));
  socket.on('open', () => {
    for (let i = 0; i < count; ++i) socket.send(message(i));
    socket.ping('are you there');
  });
  socket.on('pong', (data) => { pongs += String(data) === 'are you there'; });
  socket.on('message', (data, binary) => {
    const wanted = message(received);
    wrong += binary !== Buffer.isBuffer(wanted) || !Buffer.from(wanted).equals(data);
    if (++received === count) socket.close(4001, 'done');
  });
  socket.on('close', (code, reason) => say({ received, wrong, pongs, code, reason: String(reason) }));
  socket.on('error', (error) => say({ error: error.message }));
  socket.on('unexpected-response', (_, response) => { say({ status: response.statusCode }); process.exit(); });
}

if (process.argv[2] === 'server') serve();
else ask(process.argv[3], process.argv[4], process.argv[5], Number(process.argv[6]), Number(process.argv[7]));
