import { describe, expect, it } from 'vitest';
import { sessionCookie } from '../../../lib/nitro/cookie.ts';

/** Log ins of builds and clients on record: the token `##A1`, as cookie, in the body, or both. */
const FORMS: [name: string, setCookie: string | undefined, body: Record<string, unknown> | undefined, want?: string][] =
  [
    [
      'a cookie is echoed as it was set',
      'NITRO_AUTH_TOKEN=%23%23A1; path=/nitro/v1',
      undefined,
      'NITRO_AUTH_TOKEN=%23%23A1',
    ],
    ['not encoded, too', 'NITRO_AUTH_TOKEN=##A1; path=/nitro/v1', undefined, 'NITRO_AUTH_TOKEN=##A1'],
    [
      'beside one that is cleared',
      'SESSID=deleted; path=/,NITRO_AUTH_TOKEN=%23%23A1; path=/nitro/v1',
      { sessionid: '##A1' },
      'NITRO_AUTH_TOKEN=%23%23A1',
    ],
    ['the body alone', undefined, { sessionid: '##A1' }, 'NITRO_AUTH_TOKEN=%23%23A1'],
    ['encoded in the body', undefined, { sessionid: '%23%23A1' }, 'NITRO_AUTH_TOKEN=%23%23A1'],
    ['a Console’s list', 'SESSID=c0ffee; path=/nitro', { login: [{ sessionid: 'c0ffee' }] }, 'SESSID=c0ffee'],
    ['a Console’s object', undefined, { login: { sessionid: 'c0ffee' } }, 'SESSID=c0ffee'],
    ['a Console’s cookie alone', 'SESSID=c0ffee; path=/nitro', undefined, 'SESSID=c0ffee'],
    ['no session', undefined, { errorcode: 0 }],
    ['an empty one', 'NITRO_AUTH_TOKEN=deleted; path=/', { sessionid: '' }],
    ['an empty list', undefined, { login: [] }],
  ];

describe('sessionCookie', () => {
  it.each(FORMS)('%s', (_name, setCookie, body, want) => {
    const headers: Record<string, string> = setCookie === undefined ? {} : { 'set-cookie': setCookie };
    expect(sessionCookie({ status: 201, headers, body })).toBe(want);
  });
});
