import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** A server in a thread of its own that closes idle connections, and says so while the other threads are busy. */
const closed = workerData as Int32Array<SharedArrayBuffer>;
const server = createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  // It does not say for how long it keeps the connection.
  response.setHeader('Connection', 'keep-alive');
  response.end('{"errorcode":0}');
});
server.keepAliveTimeout = 1;
server.on('connection', (socket) => {
  socket.once('close', () => {
    Atomics.add(closed, 0, 1);
    Atomics.notify(closed, 0);
  });
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
