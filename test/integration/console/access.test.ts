import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectPage, send, signIn } from '../../support/console.ts';
import { eventually } from '../../support/eventually.ts';
import { runs } from '../../support/patience.ts';
import { openConsole } from './support.ts';

const pathOf = (url: string): string => url.slice(url.indexOf('/', 'http://'.length));

describe('the address of the console', () => {
  it('works once, and the command gets a new one each time', async () => {
    const { server, port, used } = await openConsole();
    const { url } = server;
    expect(used).toEqual([url]);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[A-Za-z0-9_-]{43}$/);
    const first = await send(port, pathOf(url));
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(String(first.headers['set-cookie'])).toMatch(
      new RegExp(`^nspass-console-${port}=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    const second = await send(port, pathOf(url));
    expect([second.status, second.headers['set-cookie']]).toEqual([401, undefined]);
    expect(second.body).toContain('nspass console printed a new one in its terminal');
    expect(used).toEqual([url, server.url]);
    expect(await signIn(server.url)).toContain(`nspass-console-${port}=`);
  });

  it('is not used up by a look ahead', async () => {
    const { server, port } = await openConsole();
    expect((await send(port, pathOf(server.url), { method: 'HEAD' })).status).toBe(503);
    expect((await send(port, pathOf(server.url), { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(503);
    expect((await send(port, pathOf(server.url), { headers: { host: `evil.example.com:${port}` } })).status).toBe(403);
    expect((await send(port, pathOf(server.url))).status).toBe(303);
  });
});

describe('a request without a session', () => {
  it('gets nothing but what to do', async () => {
    const { port } = await openConsole();
    for (const cookie of ['', `nspass-console-${port}=${'A'.repeat(43)}`, 'other=1']) {
      for (const path of ['/', '/app.js', '/nothing']) {
        const { status, body } = await send(port, path, { headers: { cookie } });
        expect(status).toBe(401);
        expect(body).toContain('Open the address that nspass console printed last');
      }
      for (const path of ['/api/overview', '/api/events', '/api/nothing']) {
        const { status, body } = await send(port, path, { headers: { cookie } });
        expect(status).toBe(401);
        expect(JSON.parse(body)).toEqual({ error: expect.stringContaining('no session') });
      }
    }
  });

  it('reads nothing from the appliance', async () => {
    const { port, world } = await openConsole();
    world.requests();
    await send(port, '/api/overview');
    await send(port, '/api/events');
    expect(world.requests().total).toBe(0);
  });
});

describe('every answer', () => {
  it('has the headers that keep the page to itself', async () => {
    const { port, cookie, get } = await openConsole();
    const replies = [
      await get('/'),
      await get('/app.js'),
      await get('/api/overview'),
      await get('/api/routes?page=0'),
      await get('/nothing'),
      await send(port, '/'),
      await send(port, '/?token=x'),
      await send(port, '/', { method: 'POST', headers: { cookie }, body: 'x' }),
      await send(port, '/api/overview', { headers: { cookie, host: 'evil.example.com' } }),
    ];
    for (const { headers } of replies) {
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 400, 404, 401, 401, 405, 403]);
  });

  it('to HEAD has no body', async () => {
    const { port, cookie } = await openConsole();
    for (const path of ['/', '/api/overview', '/api/events']) {
      const { status, body } = await send(port, path, { method: 'HEAD', headers: { cookie } });
      expect([status, body]).toEqual([200, '']);
    }
  });
});

describe('what is refused', () => {
  it.each([
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/package.json',
    '/app.js/../../../package.json',
    '//etc/passwd',
    '//',
    '/app.js%00',
    '/index.html',
    '/api.ts',
    '/constructor',
    '/__proto__',
  ])('%s → 404', async (path) => {
    const { get } = await openConsole();
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).not.toContain('root:');
  });

  it('a long address and long headers', async () => {
    const { port, cookie } = await openConsole();
    expect((await send(port, `/api/overview?${'x'.repeat(4096)}`, { headers: { cookie } })).status).toBe(414);
    expect((await send(port, '/', { headers: { cookie, x: 'x'.repeat(20_000) } })).status).toBe(431);
  });

  it('any path and query, without a session or with one → an answer, and the server goes on', async () => {
    const { port, cookie, get } = await openConsole();
    const part = fc.string({ unit: fc.constantFrom(...'/\\.%?&=#:@;+ab0~[]{}|^'), maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(part, fc.boolean(), async (path, known) => {
        const { status } = await send(port, `/${path}`, { headers: known ? { cookie } : {} });
        expect([200, 400, 401, 404]).toContain(status);
        expect(status === 200 && !known).toBe(false);
      }),
      { numRuns: runs(300) },
    );
    expect((await get('/')).status).toBe(200);
  });

  it('what is not HTTP → its connection is closed, and the server goes on', async () => {
    const { port, get } = await openConsole();
    const closed = new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('\u0016\u0003\u0001 hello\r\n\r\n'));
      socket.on('data', (data: Buffer) => {
        text += data;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', () => undefined);
    });
    expect(await closed).toContain('400');
    expect((await get('/')).status).toBe(200);
  });

  it('the 33rd connected page, until one of the others is closed', async () => {
    const { port, cookie, get } = await openConsole({ intervalMs: 3_600_000, auditIntervalMs: 3_600_000 });
    const pages = await Promise.all(Array.from({ length: 32 }, () => connectPage(port, cookie)));
    const { status, body } = await get('/api/events');
    expect([status, JSON.parse(body)]).toEqual([503, { error: 'Too many pages are open: close one, and try again.' }]);
    pages[0]?.close();
    const next = await eventually(() => connectPage(port, cookie).catch(() => undefined), 'a free place');
    for (const page of [...pages, next]) page.close();
  });
});
