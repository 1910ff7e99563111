import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { failure, fake, get, refusal, sessionOver } from './fake.ts';

const SECRET = 'correct-horse';

/** An appliance whose password is `password`, and a secret store that has been read so often. */
function rotated(stored: (refresh: boolean) => string, password: string) {
  const asked: boolean[] = [];
  const appliance = fake(({ path, body }) => {
    if (path !== 'config/login') return undefined;
    const given = (body as { login: { password: string } }).login.password;
    return given === password ? undefined : refusal(354, 401, 'Invalid username or password');
  });
  const { session } = sessionOver([appliance.transport], {
    credentials: async (refresh) => {
      asked.push(refresh);
      return { username: 'user', password: stored(refresh) };
    },
  });
  return { appliance, session, asked };
}

describe('wrong credentials', () => {
  it('the secret is read again once, and the new one used', async () => {
    const { session, appliance, asked } = rotated((refresh) => (refresh ? 'new' : 'old'), 'new');
    await session.request(get());
    expect(asked).toEqual([false, true]);
    expect(appliance.logins()).toBe(2);
  });

  it('the same secret is not sent twice: accounts are locked', async () => {
    const { session, appliance, asked } = rotated(() => 'old', 'new');
    const error = await failure(session.request(get()));
    expect(error).toMatchObject({ code: 354, kind: 'credentials', transient: true });
    expect(asked).toEqual([false, true]);
    expect(appliance.logins()).toBe(1);
  });

  it('refused: the error says where the credentials come from', async () => {
    const refusing = fake(({ path }) =>
      path === 'config/login' ? refusal(354, 401, 'Invalid username or password') : undefined,
    );
    const { session } = sessionOver([refusing.transport], { credentialsFrom: 'the secret edge' });
    const error = await failure(session.request(get()));
    expect(error.message).toMatch(
      /: log in: 354 Invalid username or password\. User and password come from the secret edge: correct them there\.$/,
    );
    expect(error).toMatchObject({ name: 'NitroError', code: 354, status: 401, kind: 'credentials' });
  });

  it('another that is wrong, too, ends it, without waiting', async () => {
    const { session, appliance } = rotated((refresh) => (refresh ? 'b' : 'a'), 'c');
    expect(await failure(session.request(get()))).toMatchObject({ code: 354 });
    expect(appliance.logins()).toBe(2);
  });

  it('of a pair, the second node is not tried', async () => {
    const nodes = [0, 1].map(() => fake(({ path }) => (path === 'config/login' ? refusal(354, 401) : undefined)));
    const { session } = sessionOver(nodes.map(({ transport }) => transport));
    await failure(session.request(get()));
    expect(nodes.map((node) => node.logins())).toEqual([1, 0]);
  });

  it('1244: log in by header is not what we do, and a switch that forbids all is for an operator', async () => {
    const appliance = fake(({ path }) => (path === 'config/login' ? refusal(1244, 401) : undefined));
    const { session } = sessionOver([appliance.transport]);
    expect(await failure(session.request(get()))).toMatchObject({ transient: true });
  });
});

describe('no secret in an error', () => {
  const everything = (error: unknown): string =>
    [
      String(error),
      (error as Error).stack,
      JSON.stringify(error),
      inspect(error, { depth: 9, showHidden: true }),
    ].join();

  it.each([
    ['the appliance quotes the argument', refusal(278, 599, `Invalid argument [password, ${SECRET}]`)],
    ['the appliance refuses', refusal(354, 401, 'Invalid username or password')],
    ['no session in the answer', { status: 201, headers: {}, body: { errorcode: 0 } }],
  ])('%s', async (_name, answer) => {
    const appliance = fake(({ path }) => (path === 'config/login' ? answer : undefined));
    const { session } = sessionOver([appliance.transport], {
      credentials: async () => ({ username: 'user', password: SECRET }),
    });
    const text = everything(await failure(session.request(get())));
    expect(text).toContain('edge: log in');
    expect(text).not.toContain(SECRET);
  });

  it('nor the session', async () => {
    const appliance = fake(({ path }) => (path === 'config/login' ? undefined : refusal(278)));
    const { session } = sessionOver([appliance.transport]);
    expect(everything(await failure(session.request(get())))).not.toMatch(/%23%231|##1|NITRO_AUTH/);
  });
});
