// A Lambda authorizer of the type REQUEST: the header X-Token says what it does.
'use strict';

exports.handler = async (event) => {
  const token = event.headers['X-Token'] || event.headers['x-token'];
  console.log(`asked about ${token}`);
  if (token === 'Unauthorized' || token === 'broken') throw new Error(token);
  const answer = {
    principalId: 'alice',
    policyDocument: { Version: '2012-10-17', Statement: [{
      Action: 'execute-api:Invoke', Effect: token === 'deny' ? 'Deny' : 'Allow',
      Resource: token === 'other' ? `${event.methodArn}/other` : event.methodArn }] },
  };
  if (token === 'nobody') delete answer.principalId;
  if (token === 'nested') answer.context = { roles: ['admin'] };
  if (token === 'unknown') answer.errorType = 'Error';
  return answer;
};
