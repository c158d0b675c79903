// One small service behind the handler libraries that others have made, each of them a function of a load balancer, or
// of a REST API. They are looked for in NODE_PATH. /bytes answers with all bytes there are, every other path with what has arrived.
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

exports.vendia = (event, context) => require('@vendia/serverless-express')({
  app: listener, binarySettings: { contentTypes: ['application/octet-stream'] } })(event, context);

let server;
exports.awsServerlessExpress = (event, context) => {
  const library = require('aws-serverless-express');
  server = server || library.createServer(listener, undefined, ['application/octet-stream']);
  return library.proxy(server, event, context, 'PROMISE').promise;
};

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

// What follows is for events of a REST API alone.
function answerOf(path, text) {
  const bytes = path === '/bytes';
  const fields = { 'content-type': bytes ? 'application/octet-stream' : 'application/json', ...FIELDS };
  const multiValueHeaders = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value].flat()]));
  return { statusCode: 201, multiValueHeaders, body: bytes ? BYTES.toString('base64') : text, isBase64Encoded: bytes };
}

function urlOf(path, query) {
  const pairs = Object.entries(query || {}).flatMap(([name, values]) => values.map((value) => [name, value]));
  return pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path;
}

function bytesOf(event) {
  return Buffer.from(event.body || '', event.isBase64Encoded ? 'base64' : 'utf8');
}

exports.powertoolsRest = async (event) => {
  const { APIGatewayProxyEventSchema } = require('@aws-lambda-powertools/parser/schemas');
  const read = APIGatewayProxyEventSchema.strict().parse(event);
  const many = Object.entries(read.multiValueHeaders).find(([name]) => name.toLowerCase() === 'x-many');
  return answerOf(read.path, seen(read.httpMethod, urlOf(read.path, read.multiValueQueryStringParameters),
    many ? many[1].join(', ') : undefined, bytesOf(read)));
};

exports.lambdaApi = (event, context) => {
  const api = require('lambda-api')();
  api.any('/*', (request, response) => {
    response.status(201).header('x-name', 'value').cookie('first', '1').cookie('second', '2');
    if (request.path === '/bytes') return response.header('content-type', 'application/octet-stream').sendFile(BYTES);
    const body = Buffer.from(request.rawBody || '', request.isBase64Encoded ? 'base64' : 'utf8');
    return response.header('content-type', 'application/json').send(JSON.parse(seen(request.method,
      urlOf(request.path, request.multiValueQuery), request.headers['x-many'], body)));
  });
  return api.run(event, context);
};

// Modules that require() does not find: they are no CommonJS.
function moduleOf(name) {
  return import(require('path').join(process.env.NODE_PATH, name, 'index.js')).then((all) => all.default);
}

let middy;
exports.middy = async (event, context) => {
  const names = ['core', 'http-event-normalizer', 'http-header-normalizer', 'http-router', 'http-error-handler'];
  if (!middy) {
    const [core, events, headers, router, errors] = await Promise.all(names.map((name) => moduleOf(`@middy/${name}`)));
    const handler = (read) => answerOf(read.path, seen(read.httpMethod, urlOf(read.path,
      read.multiValueQueryStringParameters), (read.multiValueHeaders['x-many'] || []).join(', '), bytesOf(read)));
    middy = core().use([events(), headers(), errors()]).handler(router([{ method: 'ANY', path: '/{proxy+}', handler }]));
  }
  return middy(event, context);
};
