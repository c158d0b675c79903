// A server that ends its connections in a way of its own: `node ends.mjs MODE [FOLDER]`; FOLDER has
// server.pem, server.key and ca.pem. Prints its port.
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'

const [mode, folder] = process.argv.slice(2)
const raw = new WeakMap() // a TLS socket's TCP socket

function keys(more = {}) {
  const read = (name) => fs.readFileSync(`${folder}/${name}`)
  return { key: read('server.key'), cert: read('server.pem'), ca: read('ca.pem'), ...more }
}

function secure(options, onRequest) {
  const server = https.createServer(keys(options), onRequest)
  server.on('connection', (socket) => { server.last = socket })
  server.on('secureConnection', (socket) => raw.set(socket, server.last))
  server.on('tlsClientError', () => {})
  return server
}

function half(response) {
  response.writeHead(200, { 'content-length': 100000 })
  response.write('x'.repeat(40000))
}

const ok = (request, response) => response.end('ok')
const make = {
  mutual: () => secure({ requestCert: true, rejectUnauthorized: true }, ok),
  'tls-1.3': () => secure({ minVersion: 'TLSv1.3' }, ok),
  ok: () => secure({}, ok),
  reset: () => secure({}, (request) => raw.get(request.socket).resetAndDestroy()),
  'reset-at-hello': () => net.createServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
  'close-at-hello': () => net.createServer((socket) => socket.once('data', () => socket.end())),
  hang: () => net.createServer((socket) => socket.on('error', () => {}).resume()),
  plain: () => http.createServer(ok),
  silent: () => http.createServer(() => {}),
  'half-closed': () => http.createServer((request, response) => {
    half(response)
    setImmediate(() => request.socket.end())
  }),
  'half-reset': () => http.createServer((request, response) => {
    half(response)
    setImmediate(() => request.socket.resetAndDestroy())
  }),
  stall: () => http.createServer((request, response) => half(response)),
  close: () => http.createServer((request) => request.socket.end()),
}

const server = make[mode]()
server.on('clientError', (error, socket) => socket.destroy())
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
