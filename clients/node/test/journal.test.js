// What labTest adds to a run of node:test, seen from outside: Node is started as a user starts it.
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const test = require('node:test');
const { setImmediate: turn } = require('node:timers/promises');

const GOLDEN = path.join(__dirname, '..', 'golden');
const SCENARIO = require.resolve('./private-api.json');
const TIMEOUT_MS = 60_000;

function start(file, { env = {}, args = ['--test-reporter=tap'] } = {}) {
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...others } = process.env; // the run is none of this one's
  return spawn(process.execPath, [...args, file], {
    env: { ...others, ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS, killSignal: 'SIGKILL',
  });
}

async function outputOf(...how) {
  const run = start(...how);
  let output = '';
  for (const stream of [run.stdout, run.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  await once(run, 'close');
  return output;
}

function folder(t) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'hoplab-node-'));
  t.after(() => fs.rmSync(made, { recursive: true }));
  return made;
}

/** The journal of each failed test, with what differs from run to run masked. */
function journals(output) {
  let found = '';
  let test;
  let inside = false;
  for (const line of output.split('\n')) {
    if (line.startsWith('# Subtest: ')) test = line.slice(11);
    else if (line === '# hoplab') found += test + '\n';
    inside = line === '# hoplab' || (inside && line.startsWith('# ') && !line.startsWith('# Subtest: '));
    if (line === '# hoplab' || !inside || /^# tests \d/.test(line)) continue;
    found += '  ' + masked(line.slice(2)) + '\n';
  }
  return found;
}

function masked(line) {
  return line.replace(/#\d+/, '#ID').replaceAll(/127(\.\d+){3}:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/\\#/g, '#');
}

test('a failing test says why its connections ended', async () => {
  const output = await outputOf(path.join(GOLDEN, 'failing-example.js'));
  assert.equal(journals(output), fs.readFileSync(path.join(GOLDEN, 'failing.txt'), 'utf8'), output);
  assert.match(output, /^# pass 1$/m);
  assert.match(output, /^# fail 9$/m);
});

test('a failing test says it in a run of several files, too', async () => {
  const output = await outputOf(path.join(GOLDEN, 'failing-example.js'), { args: ['--test'] });
  assert.match(output, /CN=expired: Failed:ClientCertExpired/);
});

test('a test that takes too long says it', async () => {
  const output = await outputOf(path.join(GOLDEN, 'hanging-example.js'), { env: { TEST_TIMEOUT_MS: '2000' } });
  assert.match(output, /^hoplab: that hangs\n#\d+ .*: open, at /m);
});

test('a lab that has ended is reported and started anew', async (t) => {
  const file = path.join(folder(t), 'it.js');
  fs.writeFileSync(file, `
    const test = require(${JSON.stringify(path.dirname(__dirname))}).labTest(${JSON.stringify(SCENARIO)});
    test('that kills it', async (lab) => {
      process.kill(lab.pid, 'SIGKILL');
      await lab.status();
    });
    test('behind it', (lab) => lab.fetch('/widgets', { certificate: 'my_client' }));
  `);
  const output = await outputOf(file);
  assert.match(output, /hoplab runs no more: it ended with SIGKILL/);
  assert.match(output, /^# pass 1$/m);
});

/** Whether there is such a process, and it is not one that has ended and waits for its parent to ask. */
function isAlive(pid) {
  try {
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    return false;
  }
}

test('nothing is left behind when the runner is killed', { timeout: TIMEOUT_MS }, async () => {
  const runner = start(path.join(GOLDEN, 'hanging-example.js'));
  let lab;
  for await (const line of readline.createInterface(runner.stderr)) {
    if (!line.startsWith('{')) continue;
    lab = JSON.parse(line);
    break;
  }
  runner.kill('SIGKILL');
  while (isAlive(lab.pid) || fs.existsSync(lab.out)) await turn(); // until the test's timeout
  for (const at of [lab.admin, lab.wayIn]) {
    await assert.rejects(once(http.get(at), 'response'), { code: 'ECONNREFUSED' });
  }
});
