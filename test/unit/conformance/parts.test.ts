import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identify } from '../../../lib/conformance/clients/identify.ts';
import { cut } from '../../../lib/conformance/clients/shaped-socket.ts';
import { junitConformance } from '../../../lib/conformance/index.ts';
import { type ConnectionResult, difference } from '../../../lib/conformance/seen.ts';

const record = (content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([22, 3, 1, content.length >> 8, content.length & 0xff]), content]);

describe('a hello that is cut', () => {
  const contents = fc.uint8Array({ minLength: 1, maxLength: 3_000 });

  it('byte by byte: the same bytes', () => {
    fc.assert(
      fc.property(contents, (content) => {
        expect(Buffer.concat(cut(record(content), 'bytes'))).toEqual(record(content));
      }),
    );
  });

  it('in records: each of the wanted size, together the same message', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 600 }), (content, records) => {
        const parts = cut(record(content), { records });
        for (const part of parts) expect(part.readUInt16BE(3)).toBe(part.length - 5);
        expect(parts.every((part) => part.length - 5 <= records)).toBe(true);
        expect(Buffer.concat(parts.map((part) => part.subarray(5)))).toEqual(Buffer.from(content));
      }),
    );
  });
});

const answer: ConnectionResult = {
  kind: 'answer',
  words: {
    backend: 'a',
    serverName: 'shop.test',
    alpn: 'h2',
    version: 'TLSv1.3',
    resumed: false,
    clientCertificate: '',
  },
};

describe('what a client saw against what it should see', () => {
  const host = 'SHOP.test';
  it.each<[string, ConnectionResult, Parameters<typeof difference>[1], string | undefined]>([
    ['the right back end', answer, { backends: ['a', 'b'] }, undefined],
    ['another back end', answer, { backends: ['b'] }, 'back end is a, should be b'],
    ['an answer where a reset is due', answer, 'reset', 'expected a reset, back end a answered'],
    ['a reset where one is due', { kind: 'ended', how: 'reset' }, 'reset', undefined],
    ['no listener where a reset is due', { kind: 'ended', how: 'refused' }, 'reset', undefined],
    [
      'a handshake of the appliance where a reset is due',
      { kind: 'failed', reason: 'the handshake failed: alert' },
      'reset',
      'expected a reset, the handshake failed: alert',
    ],
    ['another version', answer, { backends: ['a'], version: '1.2' }, 'version is TLSv1.3, should be TLSv1.2'],
    [
      'another protocol',
      answer,
      { backends: ['a'], alpn: 'http/1.1' },
      'application protocol is h2, should be http/1.1',
    ],
    ['no resumption', answer, { backends: ['a'], resumed: true }, 'resumed is false, should be true'],
    [
      'no client certificate',
      answer,
      { backends: ['a'], clientCertificate: true },
      'client certificate is false, should be true',
    ],
  ])('%s', (_, seen, expected, text) => {
    expect(difference(seen, expected, { host })).toBe(text);
  });

  it('a hello that was changed on its way', () => {
    expect(difference(answer, { backends: ['a'] }, { host: 'other.test' })).toBe(
      'server name is shop.test, should be other.test',
    );
  });
});

describe('the report as JUnit', () => {
  it('counts, and escapes whatever stands in reasons', () => {
    const head = { target: '<&"x', profile: 'nspass', clients: {}, version: '1', date: '2026-01-01T00:00:00.000Z' };
    const text = junitConformance(head, [
      { id: 'a', rules: ['TLS-1'], title: 'good', verdict: 'passed', ms: 1_500 },
      { id: 'b', rules: ['TLS-2'], title: 'bad', verdict: 'failed', step: '<s>', reason: '"]]>\u0007&', ms: 20 },
      { id: 'c', rules: ['TLS-3'], title: 'none', verdict: 'skipped', reason: 'no curl', ms: 0 },
      { id: 'd', rules: ['TLS-4'], title: 'other', verdict: 'not applicable', reason: 'no words', ms: 0 },
    ]);
    expect(text).toContain('tests="4" failures="1" errors="0" skipped="2" time="1.520"');
    expect(text).toContain('<failure message="&quot;]]&gt;\ufffd&amp;">&lt;s&gt;</failure>');
    expect(text).toContain('name="nspass conformance: &lt;&amp;&quot;x"');
    expect(text).not.toContain('\u0007');
  });
});

describe('whose certificate a client was shown', () => {
  const backends = [{ name: 'a', fingerprint: 'AA:BB', pin: 'x' }];
  it.each<[string, Parameters<typeof identify>[0], ReturnType<typeof identify>]>([
    ['a back end’s', { fingerprint256: 'AA:BB', subject: 'CN=a' }, { kind: 'backend', shown: { certificateOf: 'a' } }],
    [
      'that of a proxy in between',
      { fingerprint256: 'CC:DD', subject: 'O=proxy\nCN=default' },
      { kind: 'stranger', certificate: '“O=proxy CN=default”' },
    ],
    ['none, as in a resumed session', undefined, { kind: 'backend', shown: {} }],
  ])('%s', (_, certificate, expected) => {
    expect(identify(certificate, backends)).toEqual(expected);
  });

  it('TLS-1: the certificate of another back end than the one that answers → differs', () => {
    expect(
      difference({ ...answer, certificateOf: 'b' } as ConnectionResult, { backends: ['a'] }, { host: 'shop.test' }),
    ).toBe('certificate is b, should be a');
  });

  const stranger: ConnectionResult = { kind: 'stranger', certificate: '“CN=default”' };
  it.each<[string, Parameters<typeof difference>[1], 'reset' | 'own-certificate', boolean]>([
    ['TLS-4 demands a reset of everybody', 'reset', 'own-certificate', false],
    ['an unserved host may get the handshake of a controller that does so', 'unserved', 'own-certificate', true],
    ['an unserved host is reset by others', 'unserved', 'reset', false],
    ['nobody but a back end may answer for a served host', { backends: ['a'] }, 'own-certificate', false],
  ])('a certificate that is no back end’s: %s', (_, expected, strangers, passes) => {
    expect(difference(stranger, expected, { host: 'shop.test' }, strangers) === undefined).toBe(passes);
  });
});
