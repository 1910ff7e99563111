import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseUrlProblem, holdsCredentials } from '../../../lib/config/base-url.ts';

describe('a base URL', () => {
  it.each([
    ['https://10.0.0.5', undefined],
    ['HTTPS://10.0.0.5:8443/', undefined],
    ['http://[2001:db8::5]:80', undefined],
    ['https://console.example.com/adm/@team', undefined],
    ['10.0.0.5', 'is not a URL'],
    ['', 'is not a URL'],
    ['https://', 'is not a URL'],
    ['https:10.0.0.5', 'is not a URL'],
    ['ftp://10.0.0.5', 'is not a URL'],
    ['https://10.0.0.5:99999', 'is not a URL'],
    ['https://nsroot@10.0.0.5', 'holds a user name or password'],
    ['https://:secret@10.0.0.5', 'holds a user name or password'],
    ['https://nsroot:se@cret@10.0.0.5', 'holds a user name or password'],
    ['https://nsroot:secret@no host', 'holds a user name or password'],
    [' https:\\\\nsroot:secret@10.0.0.5', 'holds a user name or password'],
    ['nsroot:secret@10.0.0.5', 'holds a user name or password'],
    ['https://10.0.0.5?token=secret', 'has a query or a fragment'],
    ['https://10.0.0.5/#secret', 'has a query or a fragment'],
  ])('%j → %s', (text, problem) => {
    if (problem === undefined) expect(baseUrlProblem(text)).toBeUndefined();
    else expect(baseUrlProblem(text)).toMatch(new RegExp(`^${problem}`));
    expect(baseUrlProblem(text) ?? '').not.toMatch(/nsroot|secret/);
  });

  it('every URL in which the URL parser finds user information is refused', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true, withFragments: true, authoritySettings: { withUserInfo: true } }),
        (url) => {
          const { username, password } = new URL(url);
          if (username !== '' || password !== '') expect(holdsCredentials(url)).toBe(true);
        },
      ),
    );
  });

  it('a tab between slashes does not hide user information', () => {
    expect(holdsCredentials('https:///\t/nsroot:secret@192.0.2.5')).toBe(true);
  });

  it('any text that is taken holds no user information', () => {
    const text = fc.string({ unit: fc.constantFrom(...'https:/\\@?#.a1 \t'.split('')) });
    fc.assert(
      fc.property(fc.constantFrom('https://', 'http:', ''), text, (scheme, rest) => {
        if (baseUrlProblem(scheme + rest) !== undefined) return;
        expect(new URL(scheme + rest)).toMatchObject({ username: '', password: '' });
      }),
      { numRuns: 2_000 },
    );
  });
});
