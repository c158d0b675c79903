'use strict';
// Starts hoplab for a scenario, sends requests through its way in, and changes it by its admin API.

const { spawn, execFileSync } = require('child_process');
const { once } = require('events');
const fs = require('fs');
const http = require('http');
const https = require('https');
const path = require('path');

const KNOWN_VERSIONS = ['0.1', '0.2']; // of hoplab, as major.minor

// Generous: the machine may be busy, and nobody waits for it in a good run.
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const TIMEOUT_MS = 30_000;
const KEPT_REQUESTS = 1000;

const MOST_ENDS = 20; // in a journal; a test's last connections tell the most
const SETTLE_S = 1;

const UNITS_S = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 };
const WITHOUT_BODY = [204, 205, 304];

/** hoplab could not be started, or cannot do what was asked for. */
class LabError extends Error {
  name = 'LabError';
}

/** The admin API refused a call; nothing has changed. `status` is that of HTTP. */
class AdminError extends LabError {
  name = 'AdminError';

  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

if (Number(process.versions.node.split('.')[0]) < 18) {
  throw new LabError(`hoplab for Node needs Node 18 or newer, and this is ${process.version}`);
}

/**
 * `hoplab up SCENARIO`, ready, on free ports of loopback; it ends with `stop()`, or with the process that started it,
 * however that ends. It does not keep that process from ending.
 */
class Lab {
  #process;
  #said = '';
  #keepsOut;
  #agents = new Set();

  /**
   * Starts one. `options` go to `hoplab up`, such as '--set', 'service=127.0.0.1:9000'. The binary is $HOPLAB, or the
   * one in PATH. The certificates are in a fresh temporary folder that goes with it, unless the options have '--out'.
   */
  static async start(scenario, ...options) {
    const lab = new Lab();
    await lab.#start(String(scenario), options.map(String));
    return lab;
  }

  async #start(scenario, options) {
    this.scenario = scenario;
    this.#keepsOut = has(options, '--out');
    const given = ['up', scenario, '--json', '--with-parent', ...options];
    if (!has(options, '--keep')) given.push('--keep', String(KEPT_REQUESTS));
    this.#process = spawn(binary(), given, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.#said += text));
    let opening;
    try {
      opening = JSON.parse(await this.#firstLine());
    } catch (error) {
      await this.stop();
      throw error;
    }
    for (const one of [this.#process, this.#process.stdout, this.#process.stderr]) one.unref();
    this.url = opening.url;
    this.admin = opening.admin;
    this.caBundle = opening.caBundle;
    this.out = opening.out;
    this.certificates = opening.certificates; // by name: the paths "cert", "key" and "p12"
    this.notes = opening.notes;
    this.endpoints = opening.endpoints; // the ways in, that of the scenario's entry first
    const [wayIn = { dnsName: null, address: null, port: null }] = opening.endpoints;
    this.name = this.url ? new URL(this.url).hostname : wayIn.dnsName;
    this.address = wayIn.address;
    this.port = wayIn.port;
  }

  // As a client.

  /** Options for `tls.connect` and others: the way in, whom to trust, and the client certificate of that name. */
  tls(certificate) {
    const options = { host: this.address, port: this.port, servername: this.name, ca: fs.readFileSync(this.caBundle) };
    if (certificate === undefined || certificate === null) return options;
    const files = Object.hasOwn(this.certificates, certificate) && this.certificates[certificate];
    if (!files) {
      const names = Object.keys(this.certificates).sort().join(', ') || 'none';
      throw new LabError(`there is no certificate '${certificate}' in the scenario; there are ${names}`);
    }
    return { ...options, cert: fs.readFileSync(files.cert), key: fs.readFileSync(files.key) };
  }

  /**
   * An agent for node:https, or for node:http where the way in has no TLS, that connects to the way in whatever the
   * host, as if DNS had led there. It keeps connections between requests; `options` are those of the agent.
   */
  agent(certificate, options) {
    this.#needWayIn();
    const { ca, cert, key } = this.tls(certificate);
    const agent = new (this.#web().Agent)({ keepAlive: true, ca, cert, key, ...options });
    const connect = agent.createConnection;
    agent.createConnection = (to, done) => connect.call(agent, { ...to, host: this.address, port: this.port }, done);
    this.#agents.add(agent);
    const destroy = agent.destroy;
    agent.destroy = () => {
      this.#agents.delete(agent);
      destroy.call(agent);
    };
    return agent;
  }

  /**
   * One request, on a connection of its own or on one of `agent`, and the answer as a Response, read to its end.
   * `name` is another one for SNI and Host. Errors are those of node:https, such as one with the code ECONNRESET.
   */
  async fetch(target, { certificate, agent, method = 'GET', headers = {}, body, name, timeout = TIMEOUT_MS } = {}) {
    const own = agent ? null : this.agent(certificate, { keepAlive: false });
    try {
      return await answerTo(this.#web(), {
        agent: agent ?? own, hostname: name ?? this.name, path: target, method, headers, timeout,
      }, body);
    } finally {
      own?.destroy();
    }
  }

  /** A dispatcher for undici and for the global fetch, that connects to the way in whatever the host. Needs undici. */
  dispatcher(certificate) {
    this.#needWayIn();
    const undici = theirUndici();
    const { ca, cert, key } = this.tls(certificate);
    const connect = undici.buildConnector({ ca, cert, key });
    return new undici.Agent({
      connect: (to, done) => connect({
        ...to, hostname: this.address, port: String(this.port), servername: to.servername || to.hostname,
      }, done),
    });
  }

  // As an operator.

  /**
   * Arms a fault of the scenario; with a definition, as it stands in a scenario's "faults", a new one:
   *
   *     await lab.arm('bad-zone', { hop: 'nlb', action: 'reset', stage: 'client-hello', connections: { every: 3 } })
   */
  async arm(fault, definition) {
    const at = '/v1/faults/' + encodeURIComponent(fault);
    await (definition ? this.#call('PUT', at, { body: definition }) : this.#call('POST', at + '/arm'));
  }

  /** Disarms a fault: held connections go on. */
  async disarm(fault) {
    await this.#call('DELETE', '/v1/faults/' + encodeURIComponent(fault));
  }

  /** The faults, whether they are armed, and the ids of the connections that they have hit. */
  faults() {
    return this.#call('GET', '/v1/faults');
  }

  /** Revokes a certificate in every trust store that has its authority, for handshakes from now on. */
  async revoke(certificate) {
    await this.#call('POST', `/v1/certificates/${encodeURIComponent(certificate)}/revoke`);
  }

  /** Makes one change or several, all or none: lab.change({ change: 'SetEndpointState', ... }). */
  change(...changes) {
    return this.#call('POST', '/v1/changes', { body: changes });
  }

  /** How emulated time passes, and what it is. */
  clock() {
    return this.#call('GET', '/v1/clock');
  }

  /** Another way for time to pass: 'real', 'stepped', or 'scaled' with emulated seconds in a real one. */
  setClock(mode, scale) {
    return this.#call('PUT', '/v1/clock', { body: { mode, scale } });
  }

  /** What the calendar shows, such as '2030-01-01T00:00:00Z', by which certificates expire; no timer moves. */
  setTime(now) {
    return this.#call('PUT', '/v1/clock', { body: { now } });
  }

  /** Moves a stepped clock on by a duration such as '350s'; resolves when all that falls due has happened. */
  advance(by) {
    return this.#call('POST', '/v1/clock/step', { body: { by } });
  }

  /** Gives back the topology and the clock of the start, with nothing on record; open connections stay. */
  async restore() {
    await this.#call('POST', '/v1/restore');
  }

  // As an observer.

  /**
   * The connections that have ended, and why, oldest first; only those behind the one with the id `after`.
   * `wait`, such as '2s', is how long to wait for one behind that, where there is none yet.
   */
  ends({ after, wait } = {}) {
    return this.#call('GET', '/v1/ends', { query: { after: wait === undefined ? after : after ?? 0, wait } });
  }

  /** The connections that are not over. */
  flows() {
    return this.#call('GET', '/v1/flows');
  }

  /**
   * The requests that private APIs, stand-ins and services received, oldest first. The array has `count`, and
   * `dropped`: how many are no longer kept. `wait` is that of ends().
   */
  async requests({ receiver, method, path: target, after, wait } = {}) {
    const query = { receiver, method, path: target, after, wait };
    const { requests, count, dropped } = await this.#call('GET', '/v1/requests', { query });
    return Object.assign(requests, { count, dropped });
  }

  /** Counters since the start or the last restore, CloudWatch's among them. */
  metrics() {
    return this.#call('GET', '/v1/metrics');
  }

  /** The ways in, their state, and notes. */
  status() {
    return this.#call('GET', '/v1/status');
  }

  get pid() {
    return this.#process.pid;
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined;
  }

  /** Ends it, and gives its exit code, or null after a signal; it can be called again. */
  async stop() {
    for (const agent of this.#agents) agent.destroy();
    if (this.running) {
      this.#process.ref();
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      const late = setTimeout(() => this.#process.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(late);
    }
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
    // hoplab does it itself, unless it was killed.
    if (this.out && !this.#keepsOut) fs.rmSync(this.out, { recursive: true, force: true });
    return this.#process.exitCode;
  }

  /** The line that it prints when it is ready. */
  #firstLine() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => fail(`hoplab was not ready after ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
      const fail = (words) => {
        clearTimeout(late);
        reject(new LabError(words));
      };
      let line = '';
      this.#process.stdout.setEncoding('utf8').on('data', (text) => {
        line += text;
        if (!line.endsWith('\n')) return;
        clearTimeout(late);
        resolve(line);
      });
      this.#process.once('error', (error) => fail(`hoplab cannot be run: ${error.message}`));
      this.#process.once('close', () => fail(`hoplab did not come up with ${this.scenario}: ${this.#lastWords()}`));
    });
  }

  /** What it has said on standard error, or at least how it ended. */
  #lastWords() {
    return this.#said.trim() || `it ended with ${this.#process.signalCode ?? this.#process.exitCode}`;
  }

  /** Whether it has ended; a moment is given to learn of an end whose first sign was a broken connection. */
  async #endsNow() {
    if (this.running) {
      this.#process.ref();
      await once(this.#process, 'exit', { signal: AbortSignal.timeout(SETTLE_S * 1000) }).catch(() => {});
      this.#process.unref();
    }
    return !this.running;
  }

  #web() {
    return this.url.startsWith('https:') ? https : http;
  }

  #needWayIn() {
    if (!this.url) throw new LabError('no way into the scenario is open: ' + this.notes.join(' '));
  }

  async #call(method, target, { body, query = {} } = {}) {
    const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined)).toString();
    const timeout = TIMEOUT_MS + 1000 * seconds(query.wait ?? '0s');
    const { hostname, port } = new URL(this.admin);
    const options = { agent: false, hostname, port, method, path: target + (given && '?' + given), timeout };
    let answer;
    try {
      answer = await answerTo(http, options, body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      if (!await this.#endsNow()) throw error;
      throw new LabError('hoplab runs no more: ' + this.#lastWords(), { cause: error });
    }
    const text = await answer.text();
    if (answer.status < 400) return text ? JSON.parse(text) : undefined;
    let words = text;
    try {
      words = JSON.parse(text).error ?? text;
    } catch {
      // Not from hoplab; its words are taken as they are.
    }
    throw new AdminError(answer.status, `${method} ${target}: ${answer.status}: ${words}`);
  }
}

/**
 * node:test's `test` for a file: its functions get the Lab of the scenario, as it was at its start, and then the
 * context. The lab is started for the first of them. Of a test that fails, diagnostics say which connections ended
 * during it, and why. Tests of a file run one after another; subtests that fail are not watched.
 */
function labTest(scenario, ...options) {
  const runner = require('node:test');
  let lab;
  let reported; // the journal of a test that took too long is written behind it
  runner.after(async () => {
    await reported;
    await lab?.stop();
  });

  const fresh = async () => {
    await reported;
    if (lab?.running) {
      await lab.restore();
    } else {
      await lab?.stop(); // it has ended in an earlier test
      lab = await Lab.start(scenario, ...options);
    }
    return new Set((await lab.flows()).map((flow) => flow.id));
  };

  const watched = (run) => async (t) => {
    const earlier = await fresh();
    let over = false;
    t.signal.addEventListener('abort', () => {
      if (over) return;
      over = true;
      reported = journal(lab, earlier).then((text) => process.stderr.write(`hoplab: ${t.name}\n${text}\n`));
    });
    try {
      await run(lab, t);
    } catch (error) {
      // A line each: TAP knows no longer ones.
      if (!over) for (const line of ['hoplab', ...(await journal(lab, earlier)).split('\n')]) t.diagnostic(line);
      throw error;
    } finally {
      over = true;
    }
  };

  const withLab = (test) => (name, ...rest) => test(name, ...rest.map((one) => (one?.call ? watched(one) : one)));
  return Object.assign(withLab(runner.test), {
    only: withLab((name, ...rest) => runner.test(name, { ...(rest.length > 1 && rest[0]), only: true }, rest.at(-1))),
    skip: (name) => runner.test(name, { skip: true }),
    todo: (name) => runner.test(name, { todo: true }),
  });
}

/**
 * The connections that ended since the last restore, and those that are open, with the reasons, in lines.
 * Of those with the ids `earlier`, which are not the test's own, only those that the client did not end itself.
 */
async function journal(lab, earlier = new Set()) {
  let ends;
  let flows;
  try {
    [ends, flows] = await endsAndFlows(lab, earlier);
  } catch (error) {
    return error.message;
  }
  ends = ends.filter((end) => !earlier.has(end.id) || end.end.by !== 'client');
  const lines = [];
  if (ends.length > MOST_ENDS) lines.push(`${ends.length - MOST_ENDS} connections ended before these.`);
  for (const end of ends.slice(-MOST_ENDS)) {
    lines.push(...connectionLines(end, endText(end.end)));
    if (earlier.has(end.id)) lines.push('    opened before the test');
  }
  for (const flow of flows) lines.push(...connectionLines(flow, openText(flow)));
  return lines.join('\n') || 'No connection ended during the test, and none is open.';
}

/** Waits a moment for open connections: the client may know of an end before its record is there. */
async function endsAndFlows(lab, earlier) {
  const deadline = performance.now() + SETTLE_S * 1000;
  let flows = await lab.flows(); // before the ends, so that no connection is between the two
  const ends = await lab.ends();
  for (;;) {
    const over = new Set([...earlier, ...ends.map((end) => end.id)]);
    flows = flows.filter((flow) => !over.has(flow.id));
    if (flows.length === 0 || performance.now() >= deadline) return [ends, flows];
    flows = await lab.flows();
    ends.push(...await lab.ends({ after: ends.at(-1)?.id ?? 0, wait: `${SETTLE_S}s` }));
  }
}

function connectionLines(connection, outcome) {
  const { requests, lastStatus, failures = [], tlsVerifyStatus, verifyReason } = connection;
  const shown = connection.leafClientCertSubject;
  const lines = [`#${connection.id} ${[connection.client, ...connection.hops].join(' > ')}: ${outcome}`];
  if (requests) {
    lines.push(`    ${requests} request${requests > 1 ? 's' : ''}${lastStatus ? `, last ${lastStatus}` : ''}`);
  }
  for (const failure of failures) lines.push('    ' + failureText(failure));
  if (shown || verifyReason || tlsVerifyStatus === 'Success') { // else nobody has looked at a certificate
    lines.push(`    certificate${shown ? ' ' + shown : ''}: ${tlsVerifyStatus}`);
  }
  if (verifyReason) lines.push('    ' + verifyReason);
  return lines;
}

function endText({ how, by, hop, stage, explanation, reason }) {
  const met = by === 'hop' ? `${how} by ${hop} at ${stage}` : `${how} by the ${by}, met by ${hop} at ${stage}`;
  return `${met}: ${explanation} (${reason})`;
}

function openText({ stage, end }) {
  return `open, at ${stage}` + (end ? `; ${end.how} by ${end.hop} (${end.reason})` : '');
}

function failureText({ count, status, hop, target, explanation, detail, reason }) {
  const times = count > 1 ? `${count} x ` : '';
  return `${times}${status || 'no answer'} by ${hop}${target ? ` for ${target}` : ''}: ${explanation}` +
    `${detail ? ` (${detail})` : ''} (${reason})`;
}

/** Sends a request by node:http or node:https, and reads the answer to its end. */
function answerTo(web, options, body) {
  return new Promise((resolve, reject) => {
    const request = web.request(options, (answer) => {
      const parts = [];
      answer.on('error', reject);
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const headers = new Headers();
        for (let i = 0; i < answer.rawHeaders.length; i += 2) {
          headers.append(answer.rawHeaders[i], answer.rawHeaders[i + 1]);
        }
        const { statusCode: status, statusMessage: statusText } = answer;
        const content = WITHOUT_BODY.includes(status) ? null : Buffer.concat(parts);
        resolve(new Response(content, { status, statusText, headers }));
      });
    });
    request.on('timeout', () => request.destroy(
      Object.assign(new Error(`no answer within ${options.timeout} ms`), { code: 'ETIMEDOUT' })));
    request.on('error', reject);
    request.end(body);
  });
}

/** The path of a hoplab that this package knows. */
function binary() {
  const found = process.env.HOPLAB || (process.env.PATH ?? '').split(path.delimiter)
    .map((folder) => path.join(folder, 'hoplab')).find(isExecutable);
  if (!found) throw new LabError('there is no hoplab in PATH; set HOPLAB to the path of the binary');
  let said;
  try {
    said = execFileSync(found, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'], timeout: START_TIMEOUT_MS });
  } catch (error) {
    throw new LabError(`${found} cannot be run: ${error.message}`, { cause: error });
  }
  said = said.toString().trim();
  const version = /^hoplab (\d+\.\d+)\S*$/.exec(said);
  if (!version) throw new LabError(`${found} is not hoplab: it says '${said}' for its version`);
  if (!KNOWN_VERSIONS.includes(version[1])) {
    throw new LabError(`${found} is ${said}, and this package knows ${KNOWN_VERSIONS.join(' and ')} of hoplab; ` +
      'take the package of its version');
  }
  return found;
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** undici, as the tests have it: it is found from the current folder, or from here. */
function theirUndici() {
  try {
    return require(require.resolve('undici', { paths: [process.cwd(), __dirname] }));
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    throw new LabError('a dispatcher needs the package undici; install it, or use lab.fetch or lab.agent');
  }
}

function has(options, name) {
  return options.some((option) => option === name || option.startsWith(name + '='));
}

function seconds(duration) {
  const parts = /^(\d+)([smhdwy])$/.exec(duration);
  if (!parts) throw new LabError(`'${duration}' is not a duration such as 2s or 5m`);
  return parts[1] * UNITS_S[parts[2]];
}

module.exports = { AdminError, KNOWN_VERSIONS, Lab, LabError, journal, labTest };
