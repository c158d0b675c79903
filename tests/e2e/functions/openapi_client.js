// A client that openapi-client-axios makes of an OpenAPI document. Its argument is JSON: the document, where the API is,
// and the calls; it prints what each is answered. Libraries are looked for in NODE_PATH.
'use strict';
const { OpenAPIClientAxios } = require('openapi-client-axios');

async function main({ document, address, host, calls }) {
  const api = new OpenAPIClientAxios({ definition: document, axiosConfigDefaults: {
    baseURL: address, headers: { host }, validateStatus: () => true } });
  const client = await api.init();
  const answers = [];
  for (const { path, method, parameters, body } of calls) {
    const { status, data } = await client.paths[path][method](parameters, body);
    answers.push({ status, data });
  }
  console.log(JSON.stringify(answers));
}

main(JSON.parse(process.argv[2]));
