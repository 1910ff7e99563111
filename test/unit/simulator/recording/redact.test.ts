import fc from 'fast-check';
import { expect, it } from 'vitest';
import { REDACTED, redactBody, redactCookie, redactUrl } from '../../../../lib/simulator/recording/redact.ts';

const SECRET = 'hunter2';

it.each([
  ['a login', { login: { username: 'nsroot', password: SECRET, new_password: SECRET, timeout: 60 } }],
  ['objects in bulk', { systemuser: [{ username: 'a', password: SECRET }] }],
  ['the key of a certificate', { sslcertkey: { certkey: 'c', passplain: SECRET } }],
  ['the content of a file', { systemfile: { filename: 'a.key', filecontent: SECRET } }],
  ['a token', { sessionid: SECRET, message: 'Done' }],
  ['RADIUS, LDAP and TACACS', { a: { radkey: SECRET, ldapbinddnpassword: SECRET, tacacssecret: SECRET } }],
  ['a number', { login: { password: 123 } }],
  [
    'commands',
    { nsrunningconfig: { response: `add lb monitor m LDAP -password ${SECRET} -bindDN x\nset ns hostName a` } },
  ],
  ['an encrypted value', { nsrunningconfig: { response: `set system user nsroot ${SECRET} -encrypted -timeout 9` } }],
  ['a quoted value', { nsrunningconfig: { response: `set ns rpcNode 10.0.0.1 -password "${SECRET} x" -secure YES` } }],
])('%s → the secret is gone, the rest stays', (_name, body) => {
  const text = JSON.stringify(redactBody(body));
  expect(text).not.toMatch(/hunter2|123/);
  expect(text).toContain(REDACTED);
  for (const kept of ['nsroot', 'timeout', 'filename', 'Done', 'bindDN', 'secure YES', 'hostName a']) {
    if (JSON.stringify(body).includes(kept)) expect(text).toContain(kept);
  }
});

it('a body without secrets stays as it is', () => {
  const body = { lbvserver: [{ name: 'password', port: 443, on: true, none: null, comment: 'the key -of- it' }] };
  expect(redactBody(body)).toEqual(body);
});

it.each([
  ['/nitro/v1/config/lbvserver', '/nitro/v1/config/lbvserver'],
  ['/a?view=summary&password=hunter2&count=yes', '/a?view=summary&password=REDACTED&count=yes'],
  ['/a?args=name:x,password:hunter2,id:1', '/a?args=name:x,password:REDACTED,id:1'],
  ['/a?args=password:hunter2', '/a?args=password:REDACTED'],
  ['/a?args=name%3Ax%2Cpassword%3Ahunter2', '/a?args=name%3Ax%2Cpassword%3AREDACTED'],
  ['/a?filter=name:/^a,b/', '/a?filter=name:/^a,b/'],
  ['/a?b', '/a?b'],
])('%s → %s', (url, redacted) => {
  expect(redactUrl(url)).toBe(redacted);
});

it('the name and the attributes of a cookie stay', () => {
  expect(redactCookie('NITRO_AUTH_TOKEN=%23abc; path=/nitro/v1; Secure')).toBe(
    'NITRO_AUTH_TOKEN=REDACTED; path=/nitro/v1; Secure',
  );
});

it('redacting twice is redacting once', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.webUrl({ withQueryParameters: true }), (body, url) => {
      const once = redactBody(body);
      expect(redactBody(once)).toEqual(once);
      expect(redactUrl(redactUrl(url))).toBe(redactUrl(url));
    }),
  );
});
