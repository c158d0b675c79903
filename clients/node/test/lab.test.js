// What a Lab does by itself, and how it refuses.
const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const nodeTest = require('node:test');
const tls = require('node:tls');
const { AdminError, Lab, LabError, labTest } = require('..');

const SCENARIO = require.resolve('./private-api.json');
const test = labTest(SCENARIO);
const me = { certificate: 'my_client' };
const reset = { code: 'ECONNRESET' };

function folder(t) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'hoplab-node-'));
  t.after(() => fs.rmSync(made, { recursive: true }));
  return made;
}

function environment(t, changes) {
  for (const [name, value] of Object.entries(changes)) {
    const before = process.env[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
    t.after(() => (before === undefined ? delete process.env[name] : (process.env[name] = before)));
  }
}

function script(file, text) {
  fs.writeFileSync(file, '#!/bin/sh\n' + text, { mode: 0o755 });
  return file;
}

const refusal = (message) => (error) => error instanceof LabError && (assert.match(error.message, message), true);

nodeTest('a version that is not known is refused', async (t) => {
  environment(t, { HOPLAB: script(path.join(folder(t), 'hoplab'), 'echo hoplab 0.3.0') });
  const refused = refusal(/is hoplab 0\.3\.0, and this package knows 0\.1 and 0\.2 of hoplab/);
  await assert.rejects(Lab.start(SCENARIO), refused);
});

nodeTest('what is not hoplab is refused', async (t) => {
  const made = folder(t);
  environment(t, { HOPLAB: script(path.join(made, 'hoplab'), 'echo grep 3.8') });
  await assert.rejects(Lab.start(SCENARIO), refusal(/is not hoplab: it says 'grep 3\.8'/));
  process.env.HOPLAB = path.join(made, 'missing');
  await assert.rejects(Lab.start(SCENARIO), refusal(/cannot be run/));
});

nodeTest('without hoplab it says how to name it', async (t) => {
  environment(t, { HOPLAB: undefined, PATH: folder(t) });
  await assert.rejects(Lab.start(SCENARIO), refusal(/there is no hoplab in PATH; set HOPLAB/));
});

nodeTest('hoplab in the path is found', async (t) => {
  const made = folder(t);
  fs.symlinkSync(path.resolve(process.env.HOPLAB || 'hoplab'), path.join(made, 'hoplab'));
  environment(t, { HOPLAB: undefined, PATH: made + path.delimiter + process.env.PATH });
  const lab = await Lab.start(SCENARIO);
  assert.equal((await lab.fetch('/widgets', me)).status, 200);
  await lab.stop();
});

nodeTest('options are passed', async (t) => {
  const made = folder(t);
  const opening = { url: '', admin: 'http://127.0.0.1:1', caBundle: '', out: path.join(made, 'out'), certificates: {},
    endpoints: [], notes: ['nothing is here'] };
  environment(t, { HOPLAB: script(path.join(made, 'hoplab'), `
    [ "$*" = --version ] && { echo hoplab 0.2.0; exit; }
    echo "$*" > ${made}/arguments
    echo '${JSON.stringify(opening)}'
    exec tail -f /dev/null`) });
  const lab = await Lab.start('mine.json', '--set', 'service=127.0.0.1:9000');
  assert.equal(fs.readFileSync(path.join(made, 'arguments'), 'utf8').trim(),
    'up mine.json --json --with-parent --set service=127.0.0.1:9000 --keep 1000');
  await assert.rejects(lab.fetch('/'), refusal(/no way into the scenario is open: nothing is here/));
  await lab.stop();
});

nodeTest('a mistake of the scenario is said as hoplab says it', async (t) => {
  const bad = path.join(folder(t), 'bad.json');
  fs.writeFileSync(bad, '{ "title": "Bad", "entry": "nowhere" }');
  await assert.rejects(Lab.start(bad), refusal(/did not come up with .*bad\.json:1: \/entry: found "nowhere"/));
});

nodeTest('stop leaves nothing and can be called again', async () => {
  const lab = await Lab.start(SCENARIO);
  assert.ok(lab.running && fs.existsSync(lab.out));
  assert.equal(await lab.stop(), 0);
  assert.ok(!lab.running && !fs.existsSync(lab.out));
  assert.equal(await lab.stop(), 0);
});

nodeTest("a folder of one's own stays", async (t) => {
  const out = path.join(folder(t), 'out');
  const lab = await Lab.start(SCENARIO, '--out', out);
  assert.equal(lab.out, out);
  await lab.stop();
  assert.ok(fs.existsSync(path.join(out, 'my_client.pem')));
});

nodeTest('a lab that has ended is said to have', async () => {
  const lab = await Lab.start(SCENARIO);
  process.kill(lab.pid, 'SIGKILL');
  await assert.rejects(lab.status(), refusal(/hoplab runs no more: it ended with SIGKILL/));
  assert.equal(await lab.stop(), null);
  assert.ok(!fs.existsSync(lab.out));
});

test('what it offers', async (lab) => {
  assert.equal(lab.url, `https://api.example.com:${lab.port}`);
  assert.equal(lab.name, 'api.example.com');
  assert.match(lab.address, /^127\./);
  assert.ok(fs.existsSync(lab.caBundle));
  assert.deepEqual(Object.keys(lab.certificates).sort(), ['expired', 'my_client']);
  for (const file of Object.values(lab.certificates.my_client)) assert.ok(fs.existsSync(file));
  assert.equal((await lab.status()).url, lab.url);
});

test('an answer has status, headers and a body', async (lab) => {
  const answer = await lab.fetch('/widgets', me);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/json');
  assert.equal(await answer.text(), '{"id":"1","value":"4.99"}');
  assert.equal((await lab.fetch('/widgets', { ...me, method: 'POST', body: '{}' })).status, 201);
});

test('its TLS options connect a client of its own', async (lab) => {
  const socket = tls.connect(lab.tls('my_client'));
  await once(socket, 'secureConnect');
  assert.ok(socket.authorized);
  socket.destroy();
});

test('the server is verified', async (lab) => {
  const { rootCertificates: ca } = tls;
  await assert.rejects(lab.fetch('/widgets', { agent: lab.agent('my_client', { ca }) }), /certificate/);
  await assert.rejects(lab.fetch('/widgets', { ...me, name: 'other.example.com' }),
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('an unknown certificate is refused with those that there are', (lab) => assert.rejects(
  lab.fetch('/widgets', { certificate: 'nobody' }),
  refusal(/no certificate 'nobody' in the scenario; there are expired, my_client/)));

test('an agent keeps its connection', async (lab) => {
  const agent = lab.agent('my_client');
  for (let i = 0; i < 2; ++i) assert.equal((await lab.fetch('/widgets', { agent })).status, 200);
  assert.deepEqual((await lab.flows()).map((flow) => flow.requests), [2]);
  agent.destroy();
  assert.deepEqual((await lab.ends({ wait: '30s' })).map((end) => end.end.reason), ['client-closed']);
});

test('a dispatcher serves fetch', async (lab, t) => {
  let dispatcher;
  try {
    dispatcher = lab.dispatcher('my_client');
  } catch (error) {
    assert.match(error.message, /a dispatcher needs the package undici/);
    return t.skip('undici is not installed');
  }
  const answer = await fetch('https://api.example.com/widgets', { dispatcher });
  assert.deepEqual(await answer.json(), { id: '1', value: '4.99' }); // close() waits for the end of an answer
  const [request] = await lab.requests();
  assert.ok(request.headers.some(({ name, value }) => name === 'Host' && value === 'api.example.com'));
  await dispatcher.close();
});

test('a fault is armed and disarmed', async (lab) => {
  await lab.arm('bad-zone', { hop: 'nlb', action: 'reset', stage: 'client-hello' });
  await assert.rejects(lab.fetch('/widgets', me), reset);
  await lab.disarm('bad-zone');
  assert.equal((await lab.fetch('/widgets', me)).status, 200);
  assert.deepEqual((await lab.faults()).map(({ armed, hits }) => [armed, hits.length]), [[false, 1]]);
  await lab.arm('bad-zone');
  await assert.rejects(lab.fetch('/widgets', me), reset);
});

test('a certificate expires by the calendar', async (lab) => {
  assert.equal((await lab.setTime('2039-01-01T00:00:00Z')).mode, 'real');
  await assert.rejects(lab.fetch('/widgets', me), reset);
  assert.equal((await lab.ends({ wait: '30s' }))[0].tlsVerifyStatus, 'Failed:ClientCertExpired');
});

test('restore gives back the start', async (lab) => {
  await lab.revoke('my_client');
  await lab.setClock('stepped');
  await assert.rejects(lab.fetch('/widgets', me), reset);
  await lab.ends({ wait: '30s' });
  assert.equal((await lab.metrics()).flows, 1);
  await lab.restore();
  assert.deepEqual([(await lab.metrics()).flows, await lab.ends(), (await lab.clock()).mode], [0, [], 'real']);
  assert.equal((await lab.fetch('/widgets', me)).status, 200);
});

test('a change is made', async (lab) => {
  await lab.change({ change: 'RevokeCertificate', Certificate: 'my_client' });
  await assert.rejects(lab.fetch('/widgets', me), reset);
});

test('what the admin API refuses is said with its words', async (lab) => {
  const refused = (status, words) => (error) =>
    error instanceof AdminError && error.status === status && error.message.includes(words);
  await assert.rejects(lab.arm('nothing'), refused(404, "there is no fault 'nothing' in the scenario"));
  await assert.rejects(lab.advance('1s'), refused(409, 'only a stepped clock is moved on'));
});

test('requests are kept', async (lab) => {
  await lab.fetch('/widgets?x=1', me);
  await lab.fetch('/widgets', { ...me, method: 'POST', body: '{"id":2}' });
  const got = await lab.requests({ receiver: 'widgets-api', wait: '2s' });
  assert.deepEqual(got.map((one) => [one.method, one.path, one.kind]),
    [['GET', '/widgets?x=1', 'api'], ['POST', '/widgets', 'api']]);
  assert.ok(got[0].headers.some(({ name, value }) => name === 'Host' && value === 'api.example.com'));
  assert.deepEqual([got[1].body, got[1].bodyBytes, got.count, got.dropped], ['{"id":2}', 8, 2, 0]);
  assert.deepEqual((await lab.requests({ method: 'POST', path: '/widgets' })).map((one) => one.id), [got[1].id]);
  assert.equal((await lab.requests({ after: got[1].id })).length, 0);
});

test('a duration is checked before it is sent', (lab) =>
  assert.rejects(lab.ends({ wait: 'soon' }), refusal(/'soon' is not a duration/)));
