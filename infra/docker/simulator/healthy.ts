// Ends with 0 if something listens at HOST:PORT: healthy.cjs [HOST:PORT]. It is the health check of the simulator's image,
// which has no shell.
import { connect } from 'node:net';

const [host = '', port = ''] = (process.argv[2] ?? '127.0.0.1:9080').split(':');
connect({ host, port: Number(port), timeout: 2_000 })
  .once('connect', () => process.exit(0))
  .once('timeout', () => process.exit(1))
  .once('error', () => process.exit(1));
