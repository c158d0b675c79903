// A client's tests against a private API behind mutual TLS; each begins with the scenario as it was at its start.
const assert = require('node:assert/strict');
const test = require('..').labTest(require.resolve('./private-api.json'));
const [me, expired] = [{ certificate: 'my_client' }, { certificate: 'expired' }];
const reset = { code: 'ECONNRESET' };

test('a good certificate gets the widget', async (lab) =>
  assert.deepEqual(await (await lab.fetch('/widgets', me)).json(), { id: '1', value: '4.99' }));
test('an expired certificate is reset', (lab) => assert.rejects(lab.fetch('/widgets', expired), reset));
test('a certificate is revoked in the middle of the run', async (lab) => {
  assert.equal((await lab.fetch('/widgets', me)).status, 200);
  await lab.revoke('my_client');
  await assert.rejects(lab.fetch('/widgets', me), reset);
});
test('the third connection is reset', async (lab) => {
  await lab.arm('bad-zone', { hop: 'nlb', stage: 'client-hello', action: 'reset', connections: { every: 3 } });
  for (let i = 0; i < 2; ++i) assert.equal((await lab.fetch('/widgets', me)).status, 200);
  await assert.rejects(lab.fetch('/widgets', me), reset);
});
test('an idle connection is forgotten after 350 s', async (lab) => {
  const agent = lab.agent('my_client'); // keeps the connection
  await lab.setClock('stepped');
  assert.equal((await lab.fetch('/widgets', { agent })).status, 200);
  await lab.advance('350s');
  await assert.rejects(lab.fetch('/widgets', { agent }), reset);
});
test('what the API received', async (lab) => {
  await lab.fetch('/widgets?size=2', { ...me, headers: { 'X-Order': '7' } });
  assert.equal((await lab.requests({ receiver: 'widgets-api' })).at(-1).path, '/widgets?size=2');
});
