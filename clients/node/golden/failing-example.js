'use strict';
// Tests that fail, each for a reason that only hoplab knows; failing.txt holds what they print.

const assert = require('node:assert/strict');
const test = require('..').labTest(require.resolve('../test/private-api.json'));
const me = { certificate: 'my_client' };
let kept;

test('without a connection', async (lab) => assert.ok((await lab.ends()).length));

test('expired', async (lab) => {
  assert.equal((await lab.fetch('/widgets', me)).status, 200);
  await lab.fetch('/widgets', { certificate: 'expired' });
});

test('no certificate', (lab) => lab.fetch('/widgets'));

test('fault', async (lab) => {
  await lab.arm('bad-zone', { hop: 'nlb', action: 'reset', stage: 'client-hello' });
  await lab.fetch('/widgets', me);
});

test('target reset', async (lab) => {
  await lab.arm('dead', { hop: 'execute-api-endpoint', action: 'reset' });
  assert.equal((await lab.fetch('/widgets', me)).status, 200);
});

test('idle', async (lab) => {
  const agent = lab.agent('my_client');
  await lab.setClock('stepped');
  await lab.fetch('/widgets', { agent });
  await lab.advance('350s');
  await lab.fetch('/widgets', { agent });
});

test('open connection', async (lab) => {
  kept = lab.agent('my_client');
  assert.equal((await lab.fetch('/widgets', { agent: kept })).status, 201);
});

test('beside an open connection', async (lab) => assert.ok((await lab.ends()).length));

test('connection of an earlier test', async (lab) => {
  await lab.setClock('stepped');
  await lab.advance('350s');
  await lab.fetch('/widgets', { agent: kept });
});

test('that passes', async (lab) => assert.equal((await lab.fetch('/widgets', me)).status, 200));
