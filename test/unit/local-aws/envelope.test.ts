import { describe, expect, it } from 'vitest';
import { toEnvelope, wireEntryBytes } from '../../../lib/local-aws/envelope.ts';

const scope = { account: '000000000000', region: 'eu-central-1' };
const good = { Source: 'nspass.forwarder', DetailType: 'Ingress Changed', Detail: '{"a":1}' };

describe('toEnvelope', () => {
  it('makes the event that rules see, its time in whole seconds', () => {
    expect(toEnvelope({ ...good, Time: 1_700_000_000.9, Resources: ['r'] }, scope, 0)).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Ingress Changed',
      source: 'nspass.forwarder',
      ...scope,
      time: '2023-11-14T22:13:20Z',
      resources: ['r'],
      detail: { a: 1 },
    });
  });

  it('takes the time of arrival where the entry has none', () => {
    expect(toEnvelope(good, scope, 1000)).toMatchObject({ time: '1970-01-01T00:00:01Z', resources: [] });
  });

  const { Source: _s, ...noSource } = good;
  const { DetailType: _t, ...noType } = good;
  const { Detail: _d, ...noDetail } = good;
  it.each([
    ['no source', noSource, 'InvalidArgument', 'Source is a required argument'],
    ['an empty source', { ...good, Source: '' }, 'InvalidArgument', 'Source is a required argument'],
    ['no detail-type', noType, 'InvalidArgument', 'DetailType is a required argument'],
    ['no detail', noDetail, 'InvalidArgument', 'Detail is a required argument'],
    ['a detail that is no JSON', { ...good, Detail: '{' }, 'MalformedDetail', 'malformed'],
    ['a detail that is no object', { ...good, Detail: '[1]' }, 'MalformedDetail', 'malformed'],
    ['a source of AWS', { ...good, Source: 'aws.ec2' }, 'NotAuthorizedForSourceException', 'Not authorized'],
  ])('refuses %s as the service does', (_name, entry, ErrorCode, reason) => {
    expect(toEnvelope(entry, scope, 0)).toEqual({ ErrorCode, ErrorMessage: expect.stringContaining(reason) });
  });
});

describe('wireEntryBytes', () => {
  it('counts a time as 14, and texts in UTF-8', () => {
    expect(wireEntryBytes({ Time: 1, Source: 'a', DetailType: 'ä', Detail: '{}', Resources: ['😀'] })).toBe(
      14 + 1 + 2 + 2 + 4,
    );
    expect(wireEntryBytes({})).toBe(0);
  });
});
