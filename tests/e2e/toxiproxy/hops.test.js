// Toxiproxy's own client for Node drives the hops of a scenario. The clock is stepped where times are
// exact; HOPLAB_ADMIN is the admin API, TOXIPROXY_CLIENT the folder where the client is installed.
'use strict';

const assert = require('node:assert/strict');
const net = require('node:net');
const path = require('node:path');
const test = require('node:test');

const { Toxiproxy } = require(path.join(process.env.TOXIPROXY_CLIENT, 'node_modules', 'toxiproxy-node-client'));

const ADMIN = `http://${process.env.HOPLAB_ADMIN}`;
const BODY_BYTES = Number(process.env.BODY_BYTES);
const toxiproxy = new Toxiproxy(ADMIN);

async function admin(method, where, body) {
  const answer = await fetch(ADMIN + where, { method, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${where}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

const stepped = () => admin('PUT', '/v1/clock', { mode: 'stepped' });
const real = () => admin('PUT', '/v1/clock', { mode: 'real' });

/** A client whose bytes and ends are kept. */
class Client {
  constructor(listen) {
    const [host, port] = listen.split(':');
    this.bytes = 0;
    this.ended = false; // FIN
    this.error = null;
    this.waiting = [];
    this.socket = net.connect({ host, port: Number(port), allowHalfOpen: true });
    this.socket.on('data', (data) => { this.bytes += data.length; this.wake(); });
    this.socket.on('end', () => { this.ended = true; this.wake(); });
    this.socket.on('error', (error) => { this.error = error.code; this.wake(); });
    this.socket.on('connect', () => { this.connected = true; this.wake(); });
  }

  wake() {
    for (const look of this.waiting.splice(0)) look();
  }

  /** Until that holds; what comes wakes it. */
  async until(holds, what) {
    const limit = AbortSignal.timeout(20_000);
    while (!holds()) {
      await new Promise((resolve, reject) => {
        this.waiting.push(resolve);
        limit.addEventListener('abort', () => reject(new Error(`${what}: ${this}`)), { once: true });
      });
    }
  }

  toString() {
    return `${this.bytes} bytes, ended: ${this.ended}, error: ${this.error}`;
  }

  async ask() {
    await this.until(() => this.connected, 'to be connected');
    const from = this.bytes;
    this.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    return from;
  }

  close() {
    this.socket.destroy();
  }
}

async function connected(listen) {
  const client = new Client(listen);
  await client.until(() => client.connected || client.error, 'to be connected');
  return client;
}

/** Moves the clock on; what it has set free is in our sockets before the answer. */
async function step(by) {
  await admin('POST', '/v1/clock/step', { by });
  await admin('GET', '/v1/status');
  await new Promise((resolve) => { setImmediate(resolve); });
}

/** The size of an answer, asked for without toxics. */
async function answerSize(listen) {
  const client = await connected(listen);
  await client.ask();
  await client.until(() => client.bytes >= BODY_BYTES, 'an answer');
  await step('0s');
  client.close();
  return client.bytes;
}

async function proxy() {
  return toxiproxy.get('nlb');
}

test.beforeEach(async () => {
  await stepped();
  await toxiproxy.reset();
});

test('every hop is a proxy that exists', async () => {
  const all = await toxiproxy.getAll();
  assert.deepEqual(Object.keys(all).sort(), ['my-service', 'nlb', 'nlb>service-group']);
  assert.match(all.nlb.listen, /^127\.\d+\.\d+\.\d+:\d+$/);
  assert.match(all.nlb.upstream, /^127\.0\.0\.1:\d+$/);
  assert.equal(all.nlb.enabled, true);
  assert.match(JSON.parse(await toxiproxy.getVersion()).version, /^2\./);
});

test('latency is exact', async () => {
  const nlb = await proxy();
  const size = await answerSize(nlb.listen);
  const toxic = await nlb.addToxic({ type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 200, jitter: 0 } });
  assert.equal(toxic.name, 'latency_downstream');
  assert.deepEqual(toxic.attributes, { latency: 200, jitter: 0 });
  const client = await connected(nlb.listen);
  await client.ask();
  await step('199ms');
  assert.equal(client.bytes, 0);
  await step('999us');
  assert.equal(client.bytes, 0);
  await step('1us');
  assert.equal(client.bytes, size);
  const longer = await toxic.update({ attributes: { latency: 500 } });
  assert.deepEqual(longer.attributes, { latency: 500, jitter: 0 });
  await client.ask();
  await step('499ms');
  assert.equal(client.bytes, size);
  await toxic.remove();
  await client.until(() => client.bytes === 2 * size, 'what waited is released');
  client.close();
});

test('latency on a load balancer\'s leg, upstream', async () => {
  const listen = (await proxy()).listen;
  const leg = await toxiproxy.get(encodeURIComponent('nlb>service-group'));
  await admin('POST', `/proxies/${encodeURIComponent(leg.name)}/toxics`,
    { type: 'latency', stream: 'upstream', attributes: { latency: 300 } });
  const client = await connected(listen);
  await client.ask();
  await step('299ms');
  assert.equal(client.bytes, 0);
  await step('1ms');
  await client.until(() => client.bytes > BODY_BYTES, 'an answer');
  client.close();
});

/** How long until the first byte of an answer, again and again, in milliseconds; the shortest first. */
async function times(listen, count) {
  const client = await connected(listen);
  const all = [];
  for (let i = 0; i < count; ++i) {
    const start = performance.now();
    const before = await client.ask();
    await client.until(() => client.bytes > before, 'an answer');
    all.push(performance.now() - start);
    await client.until(() => client.bytes - before > BODY_BYTES, 'all of it');
  }
  client.close();
  return all.sort((a, b) => a - b);
}

test('latency in real time is never less than asked, and in the median at most a tenth more', async (t) => {
  await real();
  const nlb = await proxy();
  const asked = 200;
  const count = 21;
  await nlb.addToxic({ type: 'latency', stream: 'upstream', toxicity: 1, attributes: { latency: asked, jitter: 0 } });
  // On a busy machine whoever wakes up may have to wait: then the next round may be a quieter one.
  const rounds = 5;
  let median = Infinity;
  for (let i = 0; i < rounds && median > asked * 1.1; ++i) {
    const all = await times(nlb.listen, count);
    median = all[(count - 1) / 2];
    t.diagnostic(`asked ${asked} ms: shortest ${all[0].toFixed(2)}, median ${median.toFixed(2)} ms`);
    assert.ok(all[0] >= asked, `the shortest took ${all[0]} ms`);
  }
  assert.ok(median <= asked * 1.1, `the median is ${median} ms`);
});

test('bandwidth is exact', async () => {
  const nlb = await proxy();
  await nlb.addToxic({ type: 'bandwidth', stream: 'downstream', toxicity: 1, attributes: { rate: 10 } });
  const client = await connected(nlb.listen);
  await client.ask();
  await step('1s');
  assert.equal(client.bytes, 10_000);
  await step('500ms');
  assert.equal(client.bytes, 15_000);
  client.close();
});

test('a slicer cuts, and waits in between', async () => {
  const nlb = await proxy();
  await nlb.addToxic({
    type: 'slicer', stream: 'downstream', toxicity: 1,
    attributes: { average_size: 1000, size_variation: 0, delay: 10_000 },
  });
  const client = await connected(nlb.listen);
  await client.ask();
  await step('0s');
  assert.equal(client.bytes, 1000);
  await step('9999us');
  assert.equal(client.bytes, 1000);
  await step('1us');
  assert.equal(client.bytes, 2000);
  await step('30ms');
  assert.equal(client.bytes, 5000);
  client.close();
});

test('a timeout drops what comes and closes', async () => {
  const nlb = await proxy();
  await nlb.addToxic({ type: 'timeout', stream: 'downstream', toxicity: 1, attributes: { timeout: 5000 } });
  const client = await connected(nlb.listen);
  await client.ask();
  await step('4999ms');
  assert.deepEqual([client.bytes, client.ended], [0, false]);
  await step('1ms');
  await client.until(() => client.ended, 'the end');
  assert.equal(client.bytes, 0);
  client.close();
});

test('reset_peer resets', async () => {
  const nlb = await proxy();
  await nlb.addToxic({ type: 'reset_peer', stream: 'downstream', toxicity: 1, attributes: { timeout: 1000 } });
  const client = await connected(nlb.listen);
  await client.ask();
  await step('999ms');
  assert.equal(client.error, null);
  await step('1ms');
  await client.until(() => client.error, 'the reset');
  assert.equal(client.error, 'ECONNRESET');
  const ends = await admin('GET', '/v1/ends');
  assert.deepEqual([ends.at(-1).end.hop, ends.at(-1).end.reason], ['nlb', 'fault-injected']);
});

test('limit_data and slow_close', async () => {
  const nlb = await proxy();
  await nlb.addToxic({ type: 'limit_data', stream: 'downstream', toxicity: 1, attributes: { bytes: 100 } });
  await nlb.addToxic({ type: 'slow_close', stream: 'downstream', toxicity: 1, attributes: { delay: 2000 } });
  const client = await connected(nlb.listen);
  await client.ask();
  await step('1999ms');
  assert.deepEqual([client.bytes, client.ended], [100, false]);
  await step('1ms');
  await client.until(() => client.ended, 'the end');
  client.close();
});

test('a toxicity is so many of the connections', async () => {
  const nlb = await proxy();
  const toxic = await nlb.addToxic({ type: 'timeout', stream: 'downstream', toxicity: 0, attributes: { timeout: 0 } });
  assert.equal(toxic.toxicity, 0);
  const client = await connected(nlb.listen);
  await client.ask();
  await client.until(() => client.bytes > BODY_BYTES, 'an answer');
  client.close();
});

test('a proxy that is disabled closes its connections and refuses others', async () => {
  const nlb = await proxy();
  const client = await connected(nlb.listen);
  const off = await nlb.update({ enabled: false });
  assert.equal(off.enabled, false);
  await client.until(() => client.ended, 'the end');
  client.close();
  assert.equal((await connected(nlb.listen)).error, 'ECONNREFUSED');
  await toxiproxy.reset();
  const again = await connected(nlb.listen);
  await again.ask();
  await again.until(() => again.bytes > BODY_BYTES, 'an answer');
  again.close();
});

test('a proxy with an upstream is a further listener', async () => {
  const { upstream } = await proxy();
  const extra = await toxiproxy.createProxy({ name: 'extra', listen: 'localhost:0', upstream });
  assert.match(extra.listen, /^127\.0\.0\.1:[1-9]\d*$/);
  await extra.addToxic({ type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 100, jitter: 0 } });
  const client = await connected(extra.listen);
  await client.ask();
  await step('99ms');
  assert.equal(client.bytes, 0);
  await step('1ms');
  await client.until(() => client.bytes > BODY_BYTES, 'an answer');
  await assert.rejects(() => toxiproxy.createProxy({ name: 'extra', listen: 'localhost:0', upstream }), /409/);
  const populated = await toxiproxy.populate([{ name: 'extra', listen: extra.listen, upstream }]);
  assert.equal(populated.extra.listen, extra.listen);
  await extra.remove();
  await client.until(() => client.ended || client.error, 'the end');
  assert.equal((await connected(extra.listen)).error, 'ECONNREFUSED');
  await assert.rejects(() => toxiproxy.get('extra'), /404/);
});

test('the hops of the topology stay', async () => {
  const nlb = await proxy();
  await assert.rejects(() => nlb.remove(), /409/);
  await assert.rejects(() => nlb.update({ upstream: '127.0.0.1:1' }), /409/);
  await toxiproxy.reset();
  assert.equal((await proxy()).upstream, nlb.upstream);
});

test('mistakes are told as Toxiproxy does', async () => {
  const say = async (method, where, body) => {
    const answer = await fetch(ADMIN + where, { method, body });
    return [answer.status, (await answer.json()).error];
  };
  const toxics = '/proxies/nlb/toxics';
  assert.deepEqual(await say('GET', '/proxies/none'), [404, 'proxy not found']);
  assert.deepEqual(await say('GET', toxics + '/none'), [404, 'toxic not found']);
  assert.deepEqual(await say('POST', '/proxies', '{"name": "x"}'), [400, 'missing required field: upstream']);
  assert.deepEqual(await say('POST', '/proxies', '{"name": "nlb", "upstream": "127.0.0.1:1"}'), [409, 'proxy already exists']);
  assert.deepEqual(await say('POST', toxics, '{"type": "soup"}'), [400, 'invalid toxic type']);
  assert.deepEqual(await say('POST', toxics, '{"type": "latency", "stream": "sideways"}'),
    [400, 'stream was invalid, can be either upstream or downstream']);
  assert.equal((await say('POST', toxics, '{'))[0], 400);
  assert.equal((await say('POST', toxics, '{"type": "latency", "attributes": {"latency": "much"}}'))[0], 400);
  assert.equal((await say('POST', toxics, '{"type": "latency", "toxicity": 2}'))[0], 400);
  await admin('POST', toxics, { type: 'latency', attributes: { latency: 1 } });
  assert.deepEqual(await say('POST', toxics, '{"type": "latency"}'), [409, 'toxic already exists']);
});
