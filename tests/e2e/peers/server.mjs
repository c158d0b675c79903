// A service on Node's http or https module: what it says depends on the path. Prints its port.
//
// Usage: server.mjs [PORT [CERT KEY]]; port 0: any
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const [port = '0', certificate, key] = process.argv.slice(2);

const routes = {
  /** Gives back what comes, while it comes. */
  '/echo': (request, response) => {
    response.writeHead(200);
    request.pipe(response);
  },
  /** Answers first and reads then. */
  '/early': (request, response) => {
    let size = 0;
    response.writeHead(200);
    response.write('early ');
    request.on('data', (piece) => { size += piece.length; });
    request.on('end', () => response.end(`${size}`));
  },
  '/count': (request, response) => {
    let size = 0;
    request.on('data', (piece) => { size += piece.length; });
    request.on('end', () => response.end(`${size}`));
  },
  /** As many bytes as the query says. */
  '/bytes': (request, response, query) => {
    let left = Number(query.get('size'));
    const piece = Buffer.alloc(64 * 1024, 'x');
    response.writeHead(200, { 'Content-Length': left });
    const more = () => {
      while (left > 0) {
        const now = left < piece.length ? piece.subarray(0, left) : piece;
        left -= now.length;
        if (!response.write(now)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  },
  '/length': (request, response) => response.end(`${request.headers['content-length']}`),
  /** The trailer fields that came, and some of its own. */
  '/trailers': (request, response) => {
    response.writeHead(200, { Trailer: 'X-Sum' });
    request.resume().on('end', () => {
      response.write(JSON.stringify(request.trailers));
      response.addTrailers({ 'X-Sum': '42' });
      response.end();
    });
  },
  '/hints': (request, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => response.end('after the hints'));
  },
  /** Server-sent events, as many and as often as the query says. */
  '/events': (request, response, query) => {
    let left = Number(query.get('count'));
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const timer = setInterval(() => {
      response.write(`data: ${left}\n\n`);
      if (--left === 0) {
        clearInterval(timer);
        response.end();
      }
    }, Number(query.get('every')));
    response.on('close', () => clearInterval(timer));
  },
};

function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://service');
  const route = routes[pathname];
  if (route) route(request, response, searchParams);
  else response.end(`hello from ${pathname}`);
}

const options = certificate ? { cert: fs.readFileSync(certificate), key: fs.readFileSync(key) } : {};
const server = (certificate ? https : http).createServer(options, answer);
server.keepAliveTimeout = 3600_000;  // the load balancer is to close first
// Bursts of thousands must not overflow its queue on a busy machine: what waits longer than ten
// seconds for a connection is 504.
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 8192 }, () => console.log(server.address().port));
