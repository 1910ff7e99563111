import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport, type HttpCall, NitroUnreachable, type TlsTrust } from '../../../lib/nitro/index.ts';
import { type KeyAndCertificate, selfSigned } from '../../../lib/nitro/self-signed.ts';

/** What the transport makes of a network: loopback servers that behave badly. */

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: Server, scheme: string): Promise<string> {
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
      "GET config/lbvserver/secret-free: HTTP status 200 with a body that is not NITRO's",
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
      message: 'GET config/lbvserver/secret-free: ECONNREFUSED',
    });
  });

  it('a name that does not resolve: nothing was sent', async () => {
    expect(await failure(open('http://appliance.invalid')(read))).toMatchObject({ sent: false });
  });

  it('a reset: it may have been done', async () => {
    const url = await serve((request) => request.socket.resetAndDestroy());
    expect(await failure(open(url)(login))).toMatchObject({ sent: true, message: 'POST config/login: ECONNRESET' });
  });

  it('silence: a time-out, and the connection is given up', async () => {
    const url = await serve(() => {});
    expect(await failure(open(url, 100)(read))).toMatchObject({
      sent: true,
      message: 'GET config/lbvserver/secret-free: no answer within 100 ms',
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
    ['of no known name', async () => `http://${SECRET}.invalid`],
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
