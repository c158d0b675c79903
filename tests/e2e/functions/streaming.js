// A runtime that streams what its function returns, by the Runtime API's own means: the event's path says how.
// With ?port=N it waits in the middle until somebody at that port says a byte, and says "done" when all is returned.
'use strict';
const http = require('http');
const net = require('net');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const HEAD = { statusCode: 201, headers: { 'Content-Type': 'text/plain', 'X-A': '1' }, cookies: ['a=1', 'b=2'] };
const END = Buffer.alloc(8);

function begin(method, what, headers) {
  let request;
  const answered = new Promise((resolve, reject) => {
    request = http.request({ host, port, method, agent, headers, path: `/2018-06-01/runtime/invocation/${what}` }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(pieces).toString() }));
    });
    request.on('error', reject);
  });
  return { request, answered };
}

function call(method, what, body) {
  const { request, answered } = begin(method, what, {});
  request.end(body);
  return answered;
}

function written(request, bytes) {
  return new Promise((resolve) => request.write(bytes, resolve));
}

/// Until whoever listens there has said something.
function signal(at) {
  return new Promise((resolve) => {
    const socket = net.connect(at, '127.0.0.1', () => socket.write('waiting\n'));
    socket.once('data', () => resolve(socket));
    socket.on('error', () => {}); // it has gone, having seen enough
  });
}

async function stream(id, event) {
  const { request, answered } = begin('POST', `${id}/response`, {
    'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked',
    'Content-Type': 'application/vnd.awslambda.http-integration-response',
    Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body' });
  const query = event.queryStringParameters || {};
  if (event.path === '/late') await signal(Number(query.port));
  const head = query.head === undefined ? JSON.stringify(HEAD) : query.head;
  await written(request, head.slice(0, 5));
  await written(request, Buffer.concat([Buffer.from(head.slice(5)), END.subarray(0, 3)]));
  await written(request, Buffer.concat([END.subarray(3), Buffer.from('first')]));
  const socket = query.port && await signal(Number(query.port));
  if (event.path === '/crash') process.exit(3);
  if (event.path === '/hang') return new Promise(() => {});
  if (event.path === '/large') {
    for (let i = 0; i < 64; i += 1) await written(request, Buffer.alloc(65536, 'x'));
  }
  if (event.path === '/fail') {
    const report = JSON.stringify({ errorType: 'KeyError', errorMessage: 'no such order' });
    request.addTrailers({ 'Lambda-Runtime-Function-Error-Type': 'KeyError',
      'Lambda-Runtime-Function-Error-Body': Buffer.from(report).toString('base64') });
    request.end();
  } else {
    request.end('last');
  }
  await answered;
  if (socket) socket.end('done\n');
}

async function main() {
  for (;;) {
    const { headers, body } = await call('GET', 'next');
    const id = headers['lambda-runtime-aws-request-id'];
    const event = JSON.parse(body);
    console.log(`event for ${event.path}`);
    if (event.path === '/buffered') {
      await call('POST', `${id}/response`, JSON.stringify({ statusCode: 200, body: 'buffered' }));
    } else if (event.path === '/whole') {
      await call('POST', `${id}/response`, Buffer.concat([Buffer.from(JSON.stringify(HEAD)), END, Buffer.from('whole')]));
    } else if (event.path === '/error') {
      await call('POST', `${id}/error`, JSON.stringify({ errorType: 'KeyError', errorMessage: 'no such order' }));
    } else {
      await stream(id, event);
    }
  }
}

main();
