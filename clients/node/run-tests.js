'use strict';
// Runs the tests, or says why it does not: Node has a test runner and fetch's Response since 18.

const { spawnSync } = require('child_process');

if (Number(process.versions.node.split('.')[0]) < 18) {
  console.log('skipped: hoplab for Node needs Node 18 or newer, and this is ' + process.version);
} else {
  const { status } = spawnSync(process.execPath, ['--test'], { cwd: __dirname, stdio: 'inherit' });
  process.exitCode = status === null ? 1 : status;
}
