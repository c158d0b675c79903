// One small service behind the handler libraries that others have made, each of them a function of a load balancer.
// They are looked for in NODE_PATH. /bytes answers with all bytes there are, every other path with what has arrived.
'use strict';

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const FIELDS = { 'x-name': 'value', 'set-cookie': ['first=1', 'second=2'] };

function seen(method, url, many, body) {
  return JSON.stringify({ method, url, many, body: body.toString('base64') });
}

function listener(request, response) {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    for (const [name, value] of Object.entries(FIELDS)) response.setHeader(name, value);
    const bytes = request.url === '/bytes';
    response.setHeader('content-type', bytes ? 'application/octet-stream' : 'application/json');
    response.statusCode = 201;
    response.end(bytes ? BYTES : seen(request.method, request.url, request.headers['x-many'], Buffer.concat(pieces)));
  });
}

exports.serverlessHttp = (event, context) => require('serverless-http')(listener, { binary: ['application/octet-stream'] })(event, context);

exports.serverlessExpress = (event, context) => require('@codegenie/serverless-express')({
  app: listener, binarySettings: { contentTypes: ['application/octet-stream'] } })(event, context);

exports.fastify = (event, context) => {
  const app = require('fastify')();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.all('/*', (request, reply) => {
    reply.code(201).header('x-name', 'value').header('set-cookie', FIELDS['set-cookie']);
    if (request.url === '/bytes') return reply.type('application/octet-stream').send(BYTES);
    const body = request.body || Buffer.alloc(0);
    return reply.type('application/json').send(seen(request.method, request.url, request.headers['x-many'], body));
  });
  return require('@fastify/aws-lambda')(app, { binaryMimeTypes: ['application/octet-stream'] })(event, context);
};

exports.hono = (event, context) => {
  const { Hono } = require('hono');
  const app = new Hono();
  app.all('*', async (c) => {
    c.header('x-name', 'value');
    for (const cookie of FIELDS['set-cookie']) c.header('set-cookie', cookie, { append: true });
    const url = new URL(c.req.url);
    if (url.pathname === '/bytes') return c.body(BYTES, 201, { 'content-type': 'application/octet-stream' });
    const body = Buffer.from(await c.req.arrayBuffer());
    return c.json(JSON.parse(seen(c.req.method, url.pathname + url.search, c.req.header('x-many'), body)), 201);
  });
  return require('hono/aws-lambda').handle(app)(event, context);
};

// The parser takes an event that is as it should be, or throws.
exports.powertools = async (event) => {
  const { AlbSchema } = require('@aws-lambda-powertools/parser/schemas');
  const read = AlbSchema.strict().parse(event);
  const lists = Boolean(read.multiValueHeaders);
  const query = Object.entries(read.multiValueQueryStringParameters || read.queryStringParameters)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`)).join('&');
  const fields = { 'content-type': read.path === '/bytes' ? 'application/octet-stream' : 'application/json', ...FIELDS };
  const list = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value].flat()]));
  const last = Object.fromEntries(Object.entries(list).map(([name, values]) => [name, values.at(-1)]));
  const many = (read.multiValueHeaders || read.headers)['x-many'];
  const answer = lists ? { multiValueHeaders: list } : { headers: last };
  if (read.path === '/bytes') return { ...answer, statusCode: 201, body: BYTES.toString('base64'), isBase64Encoded: true };
  const body = Buffer.from(read.body, read.isBase64Encoded ? 'base64' : 'utf8');
  return { ...answer, statusCode: 201, body: seen(read.httpMethod, query ? `${read.path}?${query}` : read.path,
    [many].flat().join(', '), body) };
};
