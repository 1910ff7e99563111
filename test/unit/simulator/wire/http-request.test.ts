import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../../lib/simulator/wire/http-request.ts';

describe('the head of a request', () => {
  it('method, target, headers by lower-case name, length', () => {
    const head = 'GET /a?b HTTP/1.1\r\nHost:  x.example \r\nX-A: 1\r\nx-a: 2\r\n\r\n';
    expect(parseRequest(Buffer.from(`${head}body`))).toEqual({
      method: 'GET',
      target: '/a?b',
      version: 'HTTP/1.1',
      headers: new Map([
        ['host', 'x.example'],
        ['x-a', '1'],
      ]),
      length: head.length,
    });
  });

  it.each([
    ['not complete', 'GET / HTTP/1.1\r\nHost: x\r\n', 'more'],
    ['nothing', '', 'more'],
    ['no HTTP', 'hello\r\n\r\n', 'invalid'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n', 'invalid'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n', 'invalid'],
    ['another version', 'GET / HTTP/2\r\n\r\n', 'invalid'],
    ['a head without an end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(70_000)}`, 'invalid'],
  ])('%s', (_name, text, expected) => {
    expect(parseRequest(Buffer.from(text))).toBe(expected);
  });

  it('blanks around a value are no part of it', () => {
    const head = `GET / HTTP/1.1\r\nA:${' \t'.repeat(9)}x ${'\t'.repeat(9)}y${' '.repeat(9)}\r\nB: \r\n\r\n`;
    const request = parseRequest(Buffer.from(head));
    expect(typeof request === 'object' && [...request.headers.values()]).toEqual([`x ${'\t'.repeat(9)}y`, '']);
  });

  it('an end is found wherever an earlier search ended', () => {
    const head = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    for (let searched = 0; searched < head.length; searched += 1) {
      expect(parseRequest(head, searched)).toMatchObject({ length: head.length });
    }
  });
});
