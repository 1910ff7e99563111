import { afterEach, describe, expect, it } from 'vitest';
import { type HttpServer, json, serve } from '../../../../lib/forwarder/process/http.ts';

describe('serve', () => {
  let server: HttpServer | undefined;
  afterEach(() => server?.close());

  it.each([
    ['GET', '/ok', 200, 'fine'],
    ['HEAD', '/ok', 200, ''],
    ['POST', '/ok', 405, 'method not allowed\n'],
    ['GET', '/query?a=1', 200, '{"a":"1"}\n'],
    ['GET', '/toString', 404, 'not found\n'],
    ['GET', '//', 404, 'not found\n'],
    ['GET', '/../etc/passwd', 404, 'not found\n'],
  ])('answers %s %s with %i', async (method, path, status, body) => {
    server = await serve('127.0.0.1', 0, {
      'GET /ok': () => ({ status: 200, body: 'fine' }),
      'GET /query': (query) => json(200, { a: query.get('a') }),
    });
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    expect([answer.status, await answer.text()]).toEqual([status, body]);
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET');
  });

  it('answers 500 where an answer cannot be made, and goes on', async () => {
    server = await serve('127.0.0.1', 0, {
      'GET /ok': () => ({ status: 200, body: 'fine' }),
      'GET /metrics': () => {
        throw new Error('ENOENT: /proc/self/stat');
      },
    });
    const get = (path: string) => fetch(`http://127.0.0.1:${server?.port}${path}`);
    const broken = await get('/metrics');
    expect([broken.status, await broken.text()]).toEqual([500, 'cannot answer: ENOENT: /proc/self/stat\n']);
    expect((await get('/ok')).status).toBe(200);
  });

  it('says that its port is taken', async () => {
    server = await serve('127.0.0.1', 0, {});
    await expect(serve('127.0.0.1', server.port, {})).rejects.toThrow('EADDRINUSE');
  });
});
