import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport, type HttpCall, NitroUnreachable, type TlsTrust } from '../../../lib/nitro/index.ts';
import { type KeyAndCertificate, selfSigned } from '../../../lib/nitro/self-signed.ts';
import { whyUnreachable } from '../../../lib/nitro/unreachable.ts';
import { patient } from '../../support/patience.ts';

/** What the transport makes of a network: loopback servers that behave badly. */

const servers: (Server | TcpServer)[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: Server | TcpServer, scheme: string): Promise<string> {
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener), 'http');

const answerJson: RequestListener = (_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end('{"errorcode":0}');
};

const SECRET = 'correct-horse-battery';
const login: HttpCall = {
  method: 'POST',
  path: 'config/login',
  body: { login: { username: 'nsroot', password: SECRET } },
  headers: { cookie: `NITRO_AUTH_TOKEN=${SECRET}` },
};
const read: HttpCall = { method: 'GET', path: 'config/lbvserver/secret-free?filter=name:a' };

async function failure(action: Promise<unknown>): Promise<NitroUnreachable> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NitroUnreachable);
  return error as NitroUnreachable;
}

const open = (url: string, timeoutMs = 5_000, tls: TlsTrust = { verify: true }) => createTransport(url, tls, timeoutMs);

describe('answers', () => {
  it('path, body and headers arrive; the answer is parsed', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push(request.method, request.url, request.headers.cookie, Buffer.concat(chunks).toString());
        response.setHeader('X-Nitro-Warning', '1067 - off');
        response.setHeader('Set-Cookie', ['NITRO_AUTH_TOKEN=a; path=/', 'SESSID=deleted']);
        response.statusCode = 209;
        response.end('{"errorcode":1067}');
      });
    });
    const answer = await open(`${url}/`)({ ...login, path: 'config/x/a%252Fb?args=key:%23a', body: { x: 1 } });
    expect(seen).toEqual(['POST', '/nitro/v1/config/x/a%252Fb?args=key:%23a', `NITRO_AUTH_TOKEN=${SECRET}`, '{"x":1}']);
    expect(answer).toMatchObject({ status: 209, body: { errorcode: 1067 } });
    expect(answer.headers).toMatchObject({
      'x-nitro-warning': '1067 - off',
      'set-cookie': expect.stringContaining('NITRO_AUTH_TOKEN=a;'),
    });
  });

  it.each([
    ['an empty body', 201, ''],
    ['white space', 200, ' \n'],
    ['an error page of the web server', 503, '<html>Service Unavailable</html>'],
  ])('%s is no body', async (_name, status, text) => {
    const url = await serve((_request, response) => {
      response.statusCode = status;
      response.end(text);
    });
    expect(await open(url)(read)).toMatchObject({ status, body: undefined });
  });

  it.each([
    ['a page', 200, '<html>Log in to the portal</html>'],
    ['half an answer', 200, '{"errorcode":0,'],
    ['a bare number', 200, '42'],
  ])('%s with status 200 is not the appliance speaking', async (_name, status, text) => {
    const url = await serve((_request, response) => {
      response.statusCode = status;
      response.end(text);
    });
    expect((await failure(open(url)(read))).message).toBe(
      `GET config/lbvserver/secret-free at ${url}: HTTP status 200 with a body that is not JSON of NITRO. Is it a NetScaler, or its Console with \`console\` configured? Check host and port in \`endpoints\` of appliances.yml.`,
    );
  });

  it('a redirection is not followed: credentials would go along', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.writeHead(302, { Location: '/elsewhere' });
      response.end('');
    });
    expect(await open(url)(login)).toMatchObject({ status: 302, body: undefined });
    expect(asked).toBe(1);
  });

  it('a proxy of the environment is for other traffic', async () => {
    const before = process.env.http_proxy;
    process.env.http_proxy = 'http://127.0.0.1:9';
    try {
      expect(await open(await serve(answerJson))(read)).toMatchObject({ status: 200 });
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });
});

describe('no answer', () => {
  it('nobody listens: nothing was sent', async () => {
    const url = await serve(answerJson);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await failure(open(url)(read))).toMatchObject({
      sent: false,
      message: `GET config/lbvserver/secret-free at ${url}: the connection was refused, because nothing listens on that port (ECONNREFUSED). Check host and port in \`endpoints\` of appliances.yml, and that the appliance allows management access on that address.`,
    });
  });

  it('a name that does not resolve: nothing was sent', async () => {
    expect(await failure(open('http://appliance.invalid')(read))).toMatchObject({ sent: false });
  });

  it('a reset: it may have been done', async () => {
    const url = await serve((request) => request.socket.resetAndDestroy());
    expect(await failure(open(url)(login))).toMatchObject({
      sent: true,
      message: expect.stringContaining(`POST config/login at ${url}: the connection was closed before`),
    });
  });

  it('silence: a time-out, and the connection is given up', async () => {
    const url = await serve(() => {});
    expect(await failure(open(url, 100)(read))).toMatchObject({
      sent: true,
      message: expect.stringContaining(`GET config/lbvserver/secret-free at ${url}: no answer within 100 ms. `),
    });
  });

  it('an answer that trickles in is no answer in time', async () => {
    const url = await serve((_request, response) => {
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });
    expect((await failure(open(url, 150)(read))).message).toContain('no answer within 150 ms');
  });

  it('a caller with less time waits less', async () => {
    const url = await serve(() => {});
    expect((await failure(open(url, 60_000)({ ...read, timeoutMs: 80 }))).message).toContain('within 80 ms');
  });

  it('aborted on request', async () => {
    const abort = new AbortController();
    const url = await serve(() => abort.abort());
    expect((await failure(open(url)({ ...read, signal: abort.signal }))).message).toContain('aborted');
  });
});

describe('no secret in an error', () => {
  const bad: [string, () => Promise<string>][] = [
    ['reset', () => serve((request) => request.socket.resetAndDestroy())],
    ['silent', () => serve(() => {})],
    ['talking nonsense', () => serve((_request, response) => response.end(`<p>${SECRET}</p>`))],
    ['refusing', async () => 'http://127.0.0.1:9'],
    ['of no known name', async () => `http://nsroot:${SECRET}@appliance.invalid`],
  ];
  it.each(bad)('%s', async (_name, start) => {
    const error = await failure(open(await start(), 200)(login));
    const everything = [
      String(error),
      error.stack,
      JSON.stringify(error),
      inspect(error, { depth: 9, showHidden: true }),
    ];
    expect(everything.join()).not.toContain(SECRET);
  });
});

describe('an error says where, why and what to do', () => {
  const certificate = (ago: number): Promise<KeyAndCertificate> =>
    selfSigned({
      commonName: 'appliance',
      names: ['appliance.example'],
      algorithm: 'ecdsa',
      days: 1,
      now: Date.now() - ago,
    });
  const tls = async (ago = 0, options = {}): Promise<{ url: string; ca: string }> => {
    const pair = await certificate(ago);
    return { url: await listen(createTlsServer({ ...pair, ...options }, answerJson), 'https'), ca: pair.cert };
  };
  const raw = async (scheme: string, speak: (socket: Socket) => void): Promise<string> => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      speak(socket);
    });
    return listen(server, scheme);
  };
  const days = 86_400_000;
  const named = { verify: true, serverName: 'appliance.example' };

  type At = { readonly url: string; readonly tls?: TlsTrust };
  it.each<[name: string, start: () => Promise<At>, sent: boolean, reason: string, remedy: string]>([
    [
      'a name that nobody knows',
      async () => ({ url: 'http://appliance.invalid:80' }),
      false,
      'the host name is not known to the name servers (ENOTFOUND)',
      'Check the name in `endpoints`',
    ],
    [
      'the certificate of an appliance as delivered',
      async () => ({ url: (await tls()).url }),
      false,
      'its certificate is self-signed, as on every new appliance, and not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT)',
      'in `tls.ca`, and a name that the certificate has in `tls.serverName`',
    ],
    [
      'a certificate that has expired',
      async () => {
        const { url, ca } = await tls(10 * days);
        return { url, tls: { ...named, ca } };
      },
      false,
      'its certificate has expired (CERT_HAS_EXPIRED)',
      'Install a new one',
    ],
    [
      'a certificate of tomorrow',
      async () => {
        const { url, ca } = await tls(-10 * days);
        return { url, tls: { ...named, ca } };
      },
      false,
      'its certificate is not valid yet (CERT_NOT_YET_VALID)',
      'Compare the clocks',
    ],
    [
      'a certificate of another name',
      async () => {
        const { url, ca } = await tls();
        return { url, tls: { verify: true, ca } };
      },
      false,
      'its certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)',
      'in `tls.serverName`',
    ],
    [
      'TLS spoken to a plain port',
      async () => ({ url: (await serve(answerJson)).replace('http:', 'https:') }),
      false,
      'the port does not speak TLS (EPROTO)',
      'use http:// with the port of plain HTTP',
    ],
    [
      'plain HTTP spoken to a TLS port',
      async () => ({ url: (await tls()).url.replace('https:', 'http:') }),
      true,
      'the connection was closed before the answer was complete (ECONNRESET)',
      'that `endpoints` says https:// if the port speaks TLS',
    ],
    [
      'TLS of a version that is too old',
      async () => ({ url: (await tls(0, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).url }),
      false,
      'the TLS handshake failed (EPROTO)',
      'allows TLS 1.2 or newer',
    ],
    [
      'another protocol',
      async () => ({ url: await raw('http', (socket) => socket.write('SSH-2.0-OpenSSH_9.9\r\n')) }),
      true,
      'the answer is not HTTP (HPE_INVALID_CONSTANT)',
      'another service listens there',
    ],
    [
      'a connection that is closed at once',
      async () => ({ url: await raw('https', (socket) => socket.end()) }),
      true,
      'the connection was closed before the answer was complete (ECONNRESET)',
      'no firewall closes',
    ],
  ])('%s', async (_name, start, sent, reason, remedy) => {
    const { url, tls: trust } = await start();
    const error = await failure(open(url, patient(5_000), trust)(login));
    expect(error.message).toContain(`POST config/login at ${url}: ${reason}. `);
    expect(error.message).toContain(remedy);
    expect(error.sent).toBe(sent);
  });

  it('credentials in the address are left out, and the port is always named', async () => {
    const error = await failure(open(`https://nsroot:${SECRET}@appliance.invalid/`)(login));
    expect(error.message).toContain('POST config/login at https://appliance.invalid:443: ');
    expect(error.message).not.toContain(SECRET);
  });

  it.each<[code: string, words: string, sent: boolean]>([
    ['EHOSTUNREACH', 'there is no route to the appliance', false],
    ['ENETUNREACH', 'there is no route to the appliance', false],
    ['ETIMEDOUT', 'the connection was not accepted in time', false],
    ['EAI_AGAIN', 'the name servers did not answer', false],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'an authority that is not trusted here', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'an authority that is not trusted here', false],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'an authority that is not trusted here', false],
    ['CERT_REVOKED', 'its certificate or its TLS configuration is not accepted', false],
    ['EPIPE', 'the connection was closed', true],
    ['ESOMETHING', 'the connection failed', true],
  ])('%s', (code, words, sent) => {
    const error = Object.assign(new Error(SECRET), { code, config: { data: SECRET } });
    const why = whyUnreachable(error);
    expect(why).toEqual({
      reason: expect.stringMatching(`^[^(]*${words}[^(]* \\(${code}\\)$`),
      advice: expect.stringMatching(/^[A-Z].*\.$/),
      sent,
    });
    expect(JSON.stringify(why)).not.toContain(SECRET);
  });

  it.each([new Error(SECRET), Object.assign(new Error('x'), { code: SECRET }), {}])(
    'an error without a code says so, and nothing of what it holds',
    (error) => {
      expect(whyUnreachable(error)).toMatchObject({
        reason: 'the connection failed',
        advice: expect.stringMatching(/^Check host and port/),
      });
    },
  );
});

describe('TLS', () => {
  const make = (commonName: string, names: string[]): Promise<KeyAndCertificate> =>
    selfSigned({ commonName, names, algorithm: 'ecdsa', days: 1, now: Date.now() });
  const serveTls = (pair: KeyAndCertificate): Promise<string> =>
    listen(createTlsServer({ key: pair.key, cert: pair.cert }, answerJson), 'https');

  it('is verified by default: an unknown authority is refused before anything is sent', async () => {
    let asked = 0;
    const pair = await make('appliance', ['appliance.example']);
    const url = await listen(
      createTlsServer(pair, () => (asked += 1)),
      'https',
    );
    expect(await failure(open(url)(login))).toMatchObject({ sent: false });
    expect(asked).toBe(0);
  });

  it('an own authority, and the name that the certificate has', async () => {
    const pair = await make('appliance', ['appliance.example']);
    const url = await serveTls(pair);
    const trust = { verify: true, ca: pair.cert, serverName: 'appliance.example' };
    expect(await open(url, 5_000, trust)(read)).toMatchObject({ status: 200 });
  });

  it('another name than the certificate’s is refused', async () => {
    const pair = await make('appliance', ['appliance.example']);
    const url = await serveTls(pair);
    for (const trust of [
      { verify: true, ca: pair.cert },
      { verify: true, ca: pair.cert, serverName: 'other.example' },
    ]) {
      expect(await failure(open(url, 5_000, trust)(login))).toMatchObject({ sent: false });
    }
  });

  it('a wrong authority is refused', async () => {
    const url = await serveTls(await make('appliance', ['appliance.example']));
    const { cert: ca } = await make('other', ['appliance.example']);
    const trust = { verify: true, ca, serverName: 'appliance.example' };
    expect(await failure(open(url, 5_000, trust)(login))).toMatchObject({ sent: false });
  });

  it('can be left unverified, in a laboratory', async () => {
    const url = await serveTls(await make('appliance', ['appliance.example']));
    expect(await open(url, 5_000, { verify: false })(read)).toMatchObject({ status: 200 });
  });
});
