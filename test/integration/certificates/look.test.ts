import { createServer as createTcpServer, type Server } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lookAtCertificates, probe } from '../../../lib/certificates/index.ts';
import { type KeyAndCertificate, selfSigned } from '../../../lib/nitro/self-signed.ts';
import { patient } from '../../support/patience.ts';

const NOW = Date.parse('2030-06-01T00:00:00Z');
const DAY = 86_400_000;
const LIMIT = patient(10_000);

let pair: KeyAndCertificate;
beforeAll(async () => {
  pair = await selfSigned({ commonName: 'shop.example.com', algorithm: 'ecdsa', days: 20, now: NOW });
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** A back end, and the names that its clients sent. */
async function backend(options: TlsOptions = {}): Promise<{ port: number; names: string[] }> {
  const names: string[] = [];
  const server = createServer({
    ...pair,
    SNICallback: (name, done) => {
      names.push(name);
      done(null);
    },
    ...options,
  });
  server.on('tlsClientError', () => undefined);
  return { port: await listening(server), names };
}

const certificate = { result: 'certificate', subject: 'shop.example.com', notAfter: NOW + 20 * DAY };

describe('a handshake', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('shows the certificate of a back end with %s', async (version) => {
    const { port, names } = await backend({ minVersion: version, maxVersion: version });
    expect(await probe('127.0.0.1', port, 'shop.example.com', LIMIT)).toMatchObject(certificate);
    expect(names).toEqual(['shop.example.com']);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('and of one that asks for the client’s, with %s', async (version) => {
    const mutual = { requestCert: true, rejectUnauthorized: true, ca: [pair.cert] };
    const { port } = await backend({ minVersion: version, maxVersion: version, ...mutual });
    expect(await probe('127.0.0.1', port, 'shop.example.com', LIMIT)).toMatchObject(certificate);
  });

  it.each([
    ['*.example.com', 'nspass-probe.example.com'],
    ['**.example.com', 'nspass-probe.example.com'],
  ])('a wildcard is asked for by a name under it: %s', async (host, name) => {
    const { port, names } = await backend();
    await probe('127.0.0.1', port, host, LIMIT);
    expect(names).toEqual([name]);
  });

  it('that is reset, closed or no TLS is told apart from one that shows a certificate', async () => {
    const reset = await listening(createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    expect(await probe('127.0.0.1', reset, 'a.example.com', LIMIT)).toMatchObject({ result: 'reset' });
    const closed = await listening(createTcpServer((socket) => socket.once('data', () => socket.end())));
    expect(await probe('127.0.0.1', closed, 'a.example.com', LIMIT)).toMatchObject({ result: 'reset' });
    const plain = await listening(createTcpServer((socket) => socket.end('220 mail.example.com\r\n')));
    expect(await probe('127.0.0.1', plain, 'a.example.com', LIMIT)).toMatchObject({ result: 'failed' });
  });

  it('that drips bytes without end is ended: the limit is that of the whole', async () => {
    const port = await listening(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        // The head of a record of 16 KiB, and then never enough of it.
        socket.write(Buffer.from([22, 3, 3, 0x40, 0]));
        const drip = setInterval(() => socket.write('x'), 5);
        socket.once('close', () => clearInterval(drip));
      }),
    );
    expect(await probe('127.0.0.1', port, 'a.example.com', 100)).toMatchObject({
      result: 'failed',
      reason: 'no answer within 0.1 s',
    });
  });
});

describe('many handshakes', () => {
  const hosts = Array.from({ length: 30 }, (_, index) => ({
    host: `h${index}.example.com`,
    frontend: { vip: '192.0.2.10', port: 443 },
  }));

  it('are made a few at a time, and answered in the order of the hosts', async () => {
    let [open, most] = [0, 0];
    const { port } = await backend({
      SNICallback: (_name, done) => {
        open += 1;
        most = Math.max(most, open);
        setImmediate(() => {
          open -= 1;
          done(null);
        });
      },
    });
    const placeOf = () => ({ host: '127.0.0.1', port });
    const seen = await lookAtCertificates(hosts, { atOnce: 4, timeoutMs: LIMIT, now: () => NOW, placeOf });
    expect(seen.map(({ host }) => host)).toEqual(hosts);
    expect(seen.every(({ seen: { result } }) => result === 'certificate')).toBe(true);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('end when the time is over: what was not asked is left out', async () => {
    const { port } = await backend();
    let time = 0;
    const placeOf = () => ({ host: '127.0.0.1', port });
    const now = (): number => time++;
    const seen = await lookAtCertificates(hosts, { atOnce: 2, timeoutMs: LIMIT, now, until: 10, placeOf });
    expect(seen).toHaveLength(10);
  });
});
