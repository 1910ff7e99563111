import { describe, expect, it } from 'vitest';
import { type CheckedRequest, requestRefusal } from '../../../lib/console/request-check.ts';

const plain: CheckedRequest = { method: 'GET', url: '/api/overview', headers: { host: '127.0.0.1:8080' } };
const status = (more: Partial<CheckedRequest>, headers: CheckedRequest['headers'] = {}): number | undefined =>
  requestRefusal({ ...plain, ...more, headers: { ...plain.headers, ...headers } }, 8080)?.status;

describe('a request to the console', () => {
  it.each<[string, Partial<CheckedRequest>, CheckedRequest['headers'], number | undefined]>([
    ['as a browser sends it', {}, { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }, undefined],
    ['typed into the address bar', {}, { 'sec-fetch-site': 'none' }, undefined],
    ['by the name of this machine', {}, { host: 'localhost:8080', origin: 'http://localhost:8080' }, undefined],
    ['HEAD', { method: 'HEAD' }, {}, undefined],
    ['the longest address', { url: `/${'a'.repeat(4095)}` }, {}, undefined],
    ['a name that resolves to loopback', {}, { host: 'evil.example.com:8080' }, 403],
    ['the name of loopback with another port', {}, { host: '127.0.0.1:8081' }, 403],
    ['no port', {}, { host: '127.0.0.1' }, 403],
    ['a name that begins right', {}, { host: 'localhost:8080.example.com' }, 403],
    ['another site', {}, { origin: 'https://evil.example.com' }, 403],
    ['a page without an origin', {}, { origin: 'null' }, 403],
    ['another port of this machine', {}, { origin: 'http://127.0.0.1:8081' }, 403],
    ['a link of another site', {}, { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port, as a browser sees it', {}, { 'sec-fetch-site': 'same-site' }, 403],
    ['POST', { method: 'POST' }, {}, 405],
    ['OPTIONS', { method: 'OPTIONS' }, {}, 405],
    ['DELETE', { method: 'DELETE' }, {}, 405],
    ['a body', {}, { 'content-length': '5' }, 400],
    ['a body of unknown length', {}, { 'transfer-encoding': 'chunked' }, 400],
    ['too long', { url: `/${'a'.repeat(4096)}` }, {}, 414],
    ['a proxy’s address', { url: 'http://127.0.0.1:8080/' }, {}, 400],
  ])('%s', (_what, more, headers, expected) => {
    expect(status(more, headers)).toBe(expected);
  });

  it('without a Host is refused', () => {
    expect(requestRefusal({ ...plain, headers: {} }, 8080)?.status).toBe(403);
  });
});
