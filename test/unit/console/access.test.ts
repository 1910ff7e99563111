import { describe, expect, it } from 'vitest';
import { ConsoleAccess } from '../../../lib/console/access.ts';

describe('the access to the console', () => {
  it('a token works once, and another one takes its place', () => {
    const access = new ConsoleAccess(8080);
    const { token } = access;
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const session = access.exchange(token);
    expect(session).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(access.exchange(token)).toBeUndefined();
    expect(access.token).not.toBe(token);
    expect(access.exchange(access.token)).toBeDefined();
  });

  it.each(['', 'x', 'A'.repeat(43), 'ü'])('another token: %j', (token) => {
    const access = new ConsoleAccess(8080);
    const before = access.token;
    expect(access.exchange(token)).toBeUndefined();
    // A wrong guess does not use up the token.
    expect(access.token).toBe(before);
  });

  it('a session is a cookie whose name has the port', () => {
    const access = new ConsoleAccess(8080);
    const session = access.exchange(access.token);
    const other = access.exchange(access.token);
    expect(access.cookie).toBe('nspass-console-8080');
    for (const value of [session, other]) expect(access.admits(`nspass-console-8080=${value}`)).toBe(true);
    expect(access.admits(`a=b; nspass-console-8080=${session}; c=d`)).toBe(true);
    // Two consoles may share a browser: the wrong value of one does not hide the right one.
    expect(access.admits(`nspass-console-8080=old; nspass-console-8080=${session}`)).toBe(true);
  });

  it('no other cookie is a session', () => {
    const access = new ConsoleAccess(8080);
    const session = access.exchange(access.token);
    for (const header of [
      undefined,
      '',
      'nspass-console-8080',
      'nspass-console-8080=',
      'nspass-console-8080=undefined',
      `nspass-console-8081=${session}`,
      `nspass-console-8080=${access.token}`,
      `nspass-console-8080=${session}x`,
      `x=nspass-console-8080=${session}`,
    ]) {
      expect(access.admits(header)).toBe(false);
    }
  });
});
