'use strict';
// A test that nothing ends: it says which lab it has, and waits for an answer that is held back.

const test = require('..').labTest(require.resolve('../test/private-api.json'));

test('that hangs', { timeout: Number(process.env.TEST_TIMEOUT_MS) || Infinity }, async (lab) => {
  await lab.arm('hung', { hop: 'execute-api-endpoint', action: 'hold' });
  const answer = lab.fetch('/widgets', { certificate: 'my_client', timeout: 0 });
  const wayIn = `http://${lab.address}:${lab.port}`;
  process.stderr.write(JSON.stringify({ admin: lab.admin, out: lab.out, pid: lab.pid, wayIn }) + '\n');
  await answer;
});
