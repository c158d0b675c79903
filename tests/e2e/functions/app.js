'use strict';
exports.handler = async (event) => {
  console.log(`${event.httpMethod} ${event.path}`);
  if (event.path === '/error') throw new TypeError('no such widget');
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  return { statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: body.toUpperCase() };
};

// Of AWS's own runtime, which has awslambda; in the middle it waits as streaming.js does.
if (global.awslambda) {
  exports.stream = global.awslambda.streamifyResponse(async (event, answer) => {
    const stream = global.awslambda.HttpResponseStream.from(answer, {
      statusCode: 201, headers: { 'Content-Type': 'text/plain' }, cookies: ['a=1', 'b=2'] });
    stream.write('first');
    await new Promise((resolve) => {
      const socket = require('net').connect(Number(event.queryStringParameters.port), '127.0.0.1', () => socket.write('waiting\n'));
      socket.once('data', resolve);
      socket.on('error', () => {});
    });
    stream.end('last');
  });
}
