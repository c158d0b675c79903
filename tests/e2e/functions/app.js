'use strict';
exports.handler = async (event) => {
  console.log(`${event.httpMethod} ${event.path}`);
  if (event.path === '/error') throw new TypeError('no such widget');
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  return { statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: body.toUpperCase() };
};
