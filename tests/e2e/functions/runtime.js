// A runtime in thirty lines of Node: loads the handler that _HANDLER names, as AWS's own does.
'use strict';
const http = require('http');
const path = require('path');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, what, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, agent, path: `/2018-06-01/runtime/${what}` }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(pieces).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function main() {
  const [file, name] = process.env._HANDLER.split('.');
  const handler = require(path.join(process.env.LAMBDA_TASK_ROOT, file))[name];
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    const id = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    const context = { awsRequestId: id, functionName: process.env.AWS_LAMBDA_FUNCTION_NAME };
    try {
      await call('POST', `invocation/${id}/response`, JSON.stringify(await handler(JSON.parse(body), context)));
    } catch (error) {
      const report = { errorMessage: error.message, errorType: error.name, trace: error.stack.split('\n') };
      await call('POST', `invocation/${id}/error`, JSON.stringify(report));
    }
  }
}

main();
