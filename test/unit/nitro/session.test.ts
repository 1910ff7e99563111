import { describe, expect, it } from 'vitest';
import { NitroError, NitroUnreachable } from '../../../lib/nitro/index.ts';
import { empty, failure, fake, gate, get, ok, post, refusal, sessionOver } from './fake.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('one session', () => {
  it('is reused over calls, and named by its cookie', async () => {
    const appliance = fake();
    const { session } = sessionOver([appliance.transport]);
    await session.request(get());
    await session.request(post());
    expect(appliance.logins()).toBe(1);
    expect(appliance.calls.slice(1).map(({ headers }) => headers?.cookie)).toEqual([
      'NITRO_AUTH_TOKEN=%23%231',
      'NITRO_AUTH_TOKEN=%23%231',
    ]);
  });

  it('is begun with user, password and a short idle time, and with nothing else', async () => {
    const appliance = fake();
    await sessionOver([appliance.transport]).session.request(get());
    expect(appliance.calls[0]).toMatchObject({
      method: 'POST',
      path: 'config/login',
      body: { login: { username: 'user', password: 'pass-word', timeout: 300 } },
    });
    expect(appliance.calls[0]?.headers).toBeUndefined();
  });

  it('first calls side by side log in once', async () => {
    const door = gate();
    const appliance = fake(async ({ path }) => {
      if (path === 'config/login') await door.opened;
      return undefined;
    });
    const { session } = sessionOver([appliance.transport]);
    const calls = [1, 2, 3].map(() => session.request(get()));
    await settle();
    door.open();
    await Promise.all(calls);
    expect(appliance.logins()).toBe(1);
  });

  it('is begun anew for the next call after a log in that failed', async () => {
    let broken = true;
    const appliance = fake(({ path }) => (broken && path === 'config/login' ? refusal(278) : undefined));
    const { session } = sessionOver([appliance.transport]);
    expect(await failure(session.request(get()))).toBeInstanceOf(NitroError);
    broken = false;
    expect((await session.request(get())).status).toBe(200);
  });

  it('ends on the appliance with a log out, which may fail', async () => {
    const appliance = fake(({ path }) => {
      if (path === 'config/logout') throw new NitroUnreachable('log out', 'ECONNRESET', true);
      return undefined;
    });
    const { session } = sessionOver([appliance.transport]);
    await session.logout();
    expect(appliance.calls).toEqual([]);
    await session.request(get());
    await session.logout();
    expect(appliance.calls.at(-1)).toMatchObject({
      path: 'config/logout',
      body: { logout: {} },
      headers: { cookie: 'NITRO_AUTH_TOKEN=%23%231' },
    });
    await session.request(get());
    expect(appliance.logins()).toBe(2);
  });

  it('has at most four requests on the way', async () => {
    const doors = gate();
    let now = 0;
    let most = 0;
    const appliance = fake(async ({ path }) => {
      if (path === 'config/login') return undefined;
      now += 1;
      most = Math.max(most, now);
      await doors.opened;
      now -= 1;
      return undefined;
    });
    const { session } = sessionOver([appliance.transport]);
    const calls = Array.from({ length: 12 }, () => session.request(get()));
    await settle();
    expect(now).toBe(4);
    doors.open();
    await Promise.all(calls);
    expect(most).toBe(4);
  });

  it('counts every request that was answered', async () => {
    const seen: unknown[] = [];
    const appliance = fake(({ path }) => (path === 'config/lbvserver' ? refusal(258, 404) : undefined));
    const { session } = sessionOver([appliance.transport], { onRequest: (request) => seen.push(request) });
    await failure(session.request(get()));
    expect(seen).toEqual([
      { method: 'POST', type: 'login', status: 201, code: 0 },
      { method: 'GET', type: 'lbvserver', status: 404, code: 258 },
    ]);
  });
});

describe('expiry', () => {
  it.each([352, 444, 450, 451, 452, 472, 1026, 1027])('%i: log in once and repeat once, writes too', async (code) => {
    for (const call of [get(), post()]) {
      let expired = true;
      const appliance = fake(({ path }) => {
        if (path === 'config/login' || !expired) return undefined;
        expired = false;
        return refusal(code, 401);
      });
      const { session, clock } = sessionOver([appliance.transport]);
      expect((await session.request(call)).status).toBe(200);
      expect(appliance.logins()).toBe(2);
      expect(appliance.calls.at(-1)?.headers?.cookie).toBe('NITRO_AUTH_TOKEN=%23%232');
      expect(clock.waits).toEqual([]);
    }
  });

  it('twice in a row is an error: no loop of log ins', async () => {
    const appliance = fake(({ path }) => (path === 'config/login' ? undefined : refusal(444, 401)));
    const { session } = sessionOver([appliance.transport]);
    expect(await failure(session.request(get()))).toMatchObject({ code: 444, transient: true });
    expect(appliance.logins()).toBe(2);
  });

  it('noticed by several calls at once, one logs in for all', async () => {
    let valid = '##1';
    const door = gate();
    const appliance = fake(async ({ path, headers }) => {
      if (path === 'config/login') return undefined;
      if (path === 'config/first') return ok();
      await door.opened;
      return headers?.cookie === `NITRO_AUTH_TOKEN=${encodeURIComponent(valid)}` ? ok() : refusal(444, 401);
    });
    const { session } = sessionOver([appliance.transport]);
    await session.request(get('first'));
    valid = '##2';
    const calls = [1, 2, 3].map(() => session.request(get()));
    await settle();
    door.open();
    await Promise.all(calls);
    expect(appliance.logins()).toBe(2);
  });
});

describe('a late word of an expiry', () => {
  it('does not lose the session that was opened meanwhile', async () => {
    const late = gate();
    const appliance = fake(async ({ path, headers }) => {
      if (path === 'config/login' || path === 'config/first' || path === 'config/logout') return undefined;
      if (path === 'config/late' && headers?.cookie?.endsWith('1')) {
        await late.opened;
        return refusal(444, 401);
      }
      return headers?.cookie?.endsWith('1') ? refusal(444, 401) : ok();
    });
    const { session } = sessionOver([appliance.transport]);
    await session.request(get('first'));
    const slow = session.request(get('late'));
    await session.request(get('fast'));
    late.open();
    await slow;
    await session.logout();
    expect(appliance.logins()).toBe(2);
    expect(appliance.calls.at(-1)).toMatchObject({
      path: 'config/logout',
      headers: { cookie: 'NITRO_AUTH_TOKEN=%23%232' },
    });
  });
});

describe('waiting', () => {
  it.each([272, 293, 366, 412, 439, 445, 446, 1024])('%i: back off with full jitter, then again', async (code) => {
    let busy = 2;
    const appliance = fake(({ path }) => (path !== 'config/login' && busy-- > 0 ? refusal(code) : undefined));
    const { session, clock } = sessionOver([appliance.transport]);
    expect((await session.request(post())).status).toBe(200);
    expect(clock.waits).toEqual([100, 200]);
    expect(appliance.logins()).toBe(1);
  });

  it('a 503 with no body is busy', async () => {
    let busy = true;
    const appliance = fake(({ path }) => {
      if (path === 'config/login' || !busy) return undefined;
      busy = false;
      return empty(503);
    });
    const { session, clock } = sessionOver([appliance.transport]);
    await session.request(post());
    expect(clock.waits).toHaveLength(1);
  });

  it('for a free session, too (446 at log in)', async () => {
    let full = true;
    const appliance = fake(({ path }) => {
      if (path !== 'config/login' || !full) return undefined;
      full = false;
      return refusal(446, 503);
    });
    await sessionOver([appliance.transport]).session.request(post());
    expect(appliance.logins()).toBe(2);
  });

  it('ends after the last attempt, with the appliance’s own words', async () => {
    const appliance = fake(({ path }) => (path === 'config/login' ? undefined : refusal(272, 599, 'Device busy')));
    const { session } = sessionOver([appliance.transport], { attempts: 3 });
    const error = await failure(session.request(get()));
    expect(error.message).toBe('edge: read lbvserver: 272 Device busy');
    expect(appliance.paths()).toHaveLength(3);
  });

  it('never longer than the invocation has', async () => {
    const appliance = fake(({ path }) => (path === 'config/login' ? undefined : refusal(272)));
    const { session, clock } = sessionOver([appliance.transport], { attempts: 99, limitMs: 1_000, random: () => 0.99 });
    await failure(session.request(get()));
    expect(clock.now).toBeLessThan(1_000);
  });

  it('without time left nothing is sent', async () => {
    const appliance = fake();
    const { session } = sessionOver([appliance.transport], { limitMs: 0 });
    expect(await failure(session.request(post()))).toMatchObject({ sent: false });
    expect(appliance.calls).toEqual([]);
  });

  it('each request is given the time that remains', async () => {
    const appliance = fake();
    const { session, clock } = sessionOver([appliance.transport], { limitMs: 9_000 });
    await session.request(get());
    clock.now = 8_000;
    await session.request(get());
    expect(appliance.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([9_000, 9_000, 1_000]);
  });

  it('an aborted call is not repeated', async () => {
    const abort = new AbortController();
    const appliance = fake(({ path, signal }) => {
      if (path === 'config/login') return undefined;
      abort.abort();
      expect(signal?.aborted).toBe(true);
      throw new NitroUnreachable('read', 'aborted', true);
    });
    const { session, clock } = sessionOver([appliance.transport], { signal: () => abort.signal });
    await failure(session.request(get()));
    expect(clock.waits).toEqual([]);
    expect(appliance.paths()).toHaveLength(1);
  });
});

describe('a lost connection', () => {
  const losing = (times: number, sent: boolean) => {
    let left = times;
    return fake(({ path }) => {
      if (path === 'config/login' || left-- <= 0) return undefined;
      throw new NitroUnreachable(path, sent ? 'ECONNRESET' : 'ECONNREFUSED', sent);
    });
  };

  it('a read is repeated, in the same session', async () => {
    const appliance = losing(2, true);
    await sessionOver([appliance.transport]).session.request(get());
    expect(appliance.paths()).toHaveLength(3);
    expect(appliance.logins()).toBe(1);
  });

  it('a write is not: it may have been done', async () => {
    const appliance = losing(1, true);
    const { session } = sessionOver([appliance.transport]);
    expect(await failure(session.request(post()))).toMatchObject({ transient: true, sent: true });
    expect(appliance.paths()).toHaveLength(1);
  });

  it('unless no byte of it went out', async () => {
    const appliance = losing(2, false);
    await sessionOver([appliance.transport]).session.request(post());
    expect(appliance.paths()).toHaveLength(3);
  });

  it('at log in, nothing of the call was done yet', async () => {
    let lost = true;
    const appliance = fake(({ path }) => {
      if (path !== 'config/login' || !lost) return undefined;
      lost = false;
      throw new NitroUnreachable('log in', 'ECONNRESET', true);
    });
    await sessionOver([appliance.transport]).session.request(post());
    expect(appliance.logins()).toBe(2);
  });
});

describe('answers', () => {
  it.each([
    ['an empty body of a write is success', post(), empty(201)],
    ['a warning is success', post(), { ...refusal(1067, 209), headers: { 'x-nitro-warning': '1067 - off' } }],
    [
      'a warning with status 200 is success',
      post(),
      { status: 200, headers: {}, body: { errorcode: 1067, severity: 'WARNING' } },
    ],
    ['207 is for the caller to sort', post(), refusal(1243, 207)],
    ['partly bound members are for the caller', post(), refusal(1442)],
  ])('%s', async (_name, call, answer) => {
    const appliance = fake(({ path }) => (path === 'config/login' ? undefined : answer));
    expect(await sessionOver([appliance.transport]).session.request(call)).toEqual(answer);
  });

  it.each([
    ['an error with status 200', { ...refusal(258), status: 200 }, { code: 258, kind: 'gone' }],
    ['a redirection', empty(302), { code: 0, status: 302, kind: 'refused' }],
    ['404 without a code', empty(404), { code: 0, kind: 'refused' }],
  ])('%s is an error', async (_name, answer, expected) => {
    const appliance = fake(({ path }) => (path === 'config/login' ? undefined : answer));
    expect(await failure(sessionOver([appliance.transport]).session.request(post()))).toMatchObject(expected);
  });

  it('an empty answer to a read is none: the appliance would look empty', async () => {
    const appliance = fake(({ path }) => (path === 'config/login' ? undefined : empty(200)));
    const { session } = sessionOver([appliance.transport], { attempts: 2 });
    expect(await failure(session.request(get()))).toBeInstanceOf(NitroUnreachable);
    expect(appliance.paths()).toHaveLength(2);
  });
});

describe('partition and Console', () => {
  it('switches the partition once a session', async () => {
    let expired = false;
    const appliance = fake(({ path }) => {
      if (path !== 'config/lbvserver' || !expired) return undefined;
      expired = false;
      return refusal(444, 401);
    });
    const { session } = sessionOver([appliance.transport], { partition: 'p1' });
    await session.request(get());
    await session.request(get());
    expired = true;
    await session.request(get());
    const change = 'config/nspartition?action=Switch';
    const read = 'config/lbvserver';
    expect(appliance.paths()).toEqual([change, read, read, read, change, read]);
    expect(appliance.calls[1]?.body).toEqual({ nspartition: { partitionname: 'p1' } });
  });

  it('a session that could not be switched is not used: what is written would land elsewhere', async () => {
    let refuse = true;
    const appliance = fake(({ path }) => {
      if (!path.startsWith('config/nspartition') || !refuse) return undefined;
      refuse = false;
      return refusal(2755, 404);
    });
    const { session } = sessionOver([appliance.transport], { partition: 'p1' });
    expect(await failure(session.request(post()))).toMatchObject({ code: 2755 });
    await session.request(post());
    expect(appliance.logins()).toBe(2);
  });

  it('headers of the proxy go with every call but the log in and log out', async () => {
    const name = '_MPS_API_PROXY_MANAGED_INSTANCE_IP';
    const appliance = fake(({ path }) =>
      path === 'config/login' ? ok({ login: [{ sessionid: 'c0ffee' }] }, 201) : undefined,
    );
    const { session } = sessionOver([appliance.transport], { proxyHeaders: { [name]: '192.0.2.1' }, partition: 'p' });
    await session.request(get());
    await session.logout();
    expect(appliance.calls.map(({ path, headers }) => [path, headers?.[name], headers?.cookie])).toEqual([
      ['config/login', undefined, undefined],
      ['config/nspartition?action=Switch', '192.0.2.1', 'SESSID=c0ffee'],
      ['config/lbvserver', '192.0.2.1', 'SESSID=c0ffee'],
      ['config/logout', undefined, 'SESSID=c0ffee'],
    ]);
  });
});
