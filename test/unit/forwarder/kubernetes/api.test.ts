import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiAccess } from '../../../../lib/forwarder/kubernetes/access.ts';
import { createApi, type KubernetesApi, segments } from '../../../../lib/forwarder/kubernetes/api.ts';
import { ApiError, ApiTimeoutError } from '../../../../lib/forwarder/kubernetes/api-error.ts';
import { selfSigned } from '../../../../lib/nitro/self-signed.ts';
import { FastClock, plainAccess } from './support.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function against(handler: Handler, access: Partial<ApiAccess> = {}): Promise<KubernetesApi> {
  const port = await listen(createServer(handler));
  const api = createApi({
    access: { ...plainAccess(`http://127.0.0.1:${port}`), ...access },
    clock: new FastClock(20),
  });
  closing.push(() => api.close());
  return api;
}

describe('segments', () => {
  it('lets no name leave its place in a path', () => {
    expect(segments`/a/${'../b'}/c/${'x?y#z%'}`).toBe('/a/..%2Fb/c/x%3Fy%23z%25');
  });
});

describe('a call', () => {
  it('sends what it is given, and reads JSON', async () => {
    const api = await against((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const { method, url, headers } = request;
        response.end(JSON.stringify({ method, url, body, type: headers['content-type'], accept: headers.accept }));
      });
    });
    const answer = await api.call({
      method: 'PATCH',
      path: '/x',
      query: { a: 1, b: undefined, c: 'd e' },
      body: { é: 1 },
      contentType: 'application/merge-patch+json',
    });
    expect(answer).toEqual({
      method: 'PATCH',
      url: '/x?a=1&c=d+e',
      body: '{"é":1}',
      type: 'application/merge-patch+json',
      accept: 'application/json',
    });
  });

  it('reads the token again when it is refused', async () => {
    const tokens = ['old', 'new'];
    const api = await against(
      ({ headers }, response) => {
        response.writeHead(headers.authorization === 'Bearer new' ? 200 : 401).end('{}');
      },
      {
        pass: async () => ({ tls: {}, headers: { authorization: `Bearer ${tokens[0]}` } }),
        refused: () => void tokens.shift(),
      },
    );
    await expect(api.call({ path: '/' })).rejects.toThrow(ApiError);
    expect(await api.call({ path: '/' })).toEqual({});
  });

  it('gives a server up that takes the request and says nothing', async () => {
    const api = await against(() => {});
    await expect(api.call({ path: '/', timeoutMs: 2_000 })).rejects.toThrow(ApiTimeoutError);
  });

  it('gives a server up that begins an answer and does not end it', async () => {
    const api = await against((_request, response) => response.write('{"a":'));
    await expect(api.call({ path: '/', timeoutMs: 2_000 })).rejects.toThrow(ApiTimeoutError);
  });

  it('is not fooled by a refusal that never ends', async () => {
    const api = await against((_request, response) => response.writeHead(503).write('{"message":'));
    await expect(api.call({ path: '/', timeoutMs: 2_000 })).rejects.toThrow(ApiError);
  });

  it('refuses an answer larger than any object', async () => {
    const api = await against((_request, response) => response.end('x'.repeat(9 * 1024 * 1024)));
    // Time to send it on a busy machine: the clock is 20 times as fast.
    await expect(api.call({ path: '/', timeoutMs: 1_200_000 })).rejects.toThrow('more than 8388608 bytes');
  });

  it('ends with its signal', async () => {
    const stop = new AbortController();
    const api = await against(() => stop.abort());
    await expect(api.call({ path: '/', signal: stop.signal })).rejects.toThrow();
  });

  it('goes through the proxy of a kubeconfig', async () => {
    const seen: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      seen.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    const port = await listen(proxy);
    const access = { ...plainAccess('https://api.test:6443'), proxy: `http://127.0.0.1:${port}` };
    const api = createApi({ access });
    closing.push(() => api.close());
    await expect(api.call({ path: '/' })).rejects.toThrow();
    expect(seen).toEqual(['api.test:6443']);
  });
});

describe('TLS', () => {
  const identity = (name: string) =>
    selfSigned({ commonName: name, names: [name], algorithm: 'ecdsa', days: 1, now: Date.now() });

  it('trusts the given authority and no other, and follows when it is replaced', async () => {
    const [own, other] = [await identity('localhost'), await identity('localhost')];
    const port = await listen(createSecureServer(own, (_request, response) => void response.end('{}')));
    let ca = other.cert;
    const pass = async () => ({ tls: { ca }, headers: {} });
    const api = createApi({ access: { ...plainAccess(`https://localhost:${port}`), pass } });
    closing.push(() => api.close());
    await expect(api.call({ path: '/' })).rejects.toThrow(/self-signed|unable to verify/);
    ca = own.cert;
    expect(await api.call({ path: '/' })).toEqual({});
  });
});

describe('a stream', () => {
  it('sets the pace: what is not read stays with the server', async () => {
    const total = 64 * 1024 * 1024;
    let sent = 0;
    const api = await against((_request, response) => {
      const chunk = Buffer.alloc(256 * 1024, 'x');
      const more = (): void => {
        while (sent < total) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    const chunks = (await api.stream({ path: '/' }))[Symbol.asyncIterator]();
    await chunks.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sent).toBeLessThan(total / 2);
    await chunks.return?.();
  });
});
