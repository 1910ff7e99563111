import { describe, expect, it } from 'vitest';
import { EVERYTHING, EventInvalid, parseEnvelope, SOURCES, toEvent } from '../../../lib/contract/index.ts';

const data = { cluster: 'c1', clusterUid: 'u', sequence: 7, namespace: 'n', name: 'x' };
const event = toEvent(SOURCES.forwarder, 'Ingress Withdrawn', data, { now: () => 1000, subject: 'n/x', id: 'e1' });

/** The message of a queue that EventBridge makes of an event. */
function body(change: { envelope?: object; detail?: object; data?: object } = {}): string {
  return JSON.stringify({
    version: '0',
    id: 'b1',
    source: event.source,
    account: '111111111111',
    'detail-type': event.detailType,
    time: '1970-01-01T00:00:01Z',
    detail: { ...event.detail, data: { ...event.detail.data, ...change.data }, ...change.detail },
    ...change.envelope,
  });
}

describe('toEvent', () => {
  it('makes a CloudEvent whose source names the publisher and its cluster or appliance', () => {
    expect(event.detail).toEqual({
      specversion: '1.0',
      id: 'e1',
      source: '/nspass/forwarder/c1',
      type: 'nspass.ingress.withdrawn.v1',
      subject: 'n/x',
      time: '1970-01-01T00:00:01.000Z',
      datacontenttype: 'application/json',
      data,
    });
    const work = { appliance: 'alpha', work: 'save', reason: 'asked' } as const;
    expect(toEvent(SOURCES.cli, 'Work Requested', work, { now: () => 0 }).detail.source).toBe('/nspass/cli/alpha');
  });
});

describe('parseEnvelope', () => {
  it('reads what toEvent made', () => {
    expect(parseEnvelope(body())).toEqual({ detailType: 'Ingress Withdrawn', data, id: 'e1', time: 1000 });
  });

  it('passes over fields of an outcome that a newer function adds: desired state is read strictly', () => {
    const applied = {
      cluster: 'c1',
      appliance: 'alpha',
      sequence: 7,
      ...EVERYTHING,
      ingresses: 0,
      changed: 0,
      removed: 0,
    };
    const newer = { ...applied, durationMs: 1, added: 'later' };
    const { detail, ...outer } = JSON.parse(
      body({ envelope: { 'detail-type': 'Snapshot Applied', source: SOURCES.functions } }),
    );
    const text = JSON.stringify({ ...outer, detail: { ...detail, type: 'nspass.snapshot.applied.v1', data: newer } });
    expect(parseEnvelope(text).data).toEqual({ ...applied, durationMs: 1 });
  });

  it('says which replay brought it', () => {
    expect(parseEnvelope(body({ envelope: { 'replay-name': 'r1' } })).replay).toBe('r1');
  });

  it.each([
    ['no JSON', '{', /^not JSON: /],
    ['no event', '[]', /^not an EventBridge event: /],
    ['an unknown detail-type', body({ envelope: { 'detail-type': 'Other' } }), /^unknown detail-type "Other"$/],
    ['an inherited name', body({ envelope: { 'detail-type': 'toString' } }), /^unknown detail-type "toString"$/],
    [
      'another version',
      body({ detail: { type: 'nspass.ingress.withdrawn.v2' } }),
      /this version reads nspass\.ingress\.withdrawn\.v1$/,
    ],
    [
      'desired state that no forwarder said',
      body({ envelope: { source: 'nspass.functions' } }),
      /^"Ingress Withdrawn" from the source "nspass.functions": only nspass.forwarder may say it$/,
    ],
    ['a source of somebody else', body({ envelope: { source: 'shop' } }), /only nspass.forwarder may say it$/],
    [
      'an event of another account',
      body({ envelope: { account: '222222222222' } }),
      /^"Ingress Withdrawn" from the account 222222222222: only 111111111111 may put events$/,
    ],
    ['an event that came over no bus', body({ envelope: { account: undefined } }), /from the account \(none\)/],
    [
      'a replay of no service',
      body({ envelope: { 'replay-name': 'r\n1' } }),
      /^not an EventBridge event: replay-name: /,
    ],
    ['a sequence that is no time', body({ data: { sequence: 1e15 + 1 } }), /sequence: Too big/],
    ['a time that is none', body({ detail: { time: 'today' } }), /^time "today" is no date$/],
    ['a field of another type', body({ data: { name: 5 } }), /name: Invalid input: expected string, received number$/],
    ['a number too small', body({ data: { sequence: 0 } }), /sequence: Too small: expected number to be >=1$/],
    ['a field too many', body({ data: { more: 1 } }), /unknown key more$/],
    [
      'more than three faults',
      body({ data: { cluster: 'A', clusterUid: 1, sequence: 0, name: 1 } }),
      /\(and 1 more\)$/,
    ],
  ])('refuses %s, and names what is wrong', (_name, text, reason) => {
    const expected = { account: '111111111111' };
    expect(() => parseEnvelope(text, expected)).toThrow(EventInvalid);
    expect(() => parseEnvelope(text, expected)).toThrow(reason);
  });

  it('takes the account that is expected, and any where none is', () => {
    const text = body({ envelope: { account: '111111111111' } });
    expect(parseEnvelope(text, { account: '111111111111' }).id).toBe('e1');
    expect(parseEnvelope(text).id).toBe('e1');
  });
});
