import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDeadLetter } from '../../../lib/runtime/dead-letter-event.ts';
import { changed, envelope, record, snapshot, withdrawn } from '../../support/dead-letters.ts';

describe('what a dead letter is about', () => {
  it.each([
    ['a changed Ingress of another version', changed, 'Ingress Failed', 'shop/web'],
    ['a withdrawn Ingress', withdrawn, 'Ingress Failed', 'shop/web'],
    ['a snapshot', snapshot, 'Prune Refused', 'aa-cc'],
    ['no JSON', '{', undefined, undefined],
    ['another JSON', '[1]', undefined, undefined],
    ['an event without a cluster', envelope('Ingress Withdrawn', { namespace: 'a', name: 'b' }), undefined, undefined],
    [
      'a TLSRoute',
      envelope('TLSRoute Changed', { cluster: 'c1', sequence: 7, tlsRoute: { namespace: 'a', name: 'b' } }),
      'TLSRoute Failed',
      'a/b',
    ],
    [
      'a withdrawn TLSRoute',
      envelope('TLSRoute Withdrawn', { cluster: 'c1', sequence: 7, namespace: 'a', name: 'b' }),
      'TLSRoute Failed',
      'a/b',
    ],
    [
      'a Gateway',
      envelope('Gateway Changed', { cluster: 'c1', sequence: 7, gateway: { namespace: 'a', name: 'b' } }),
      'Gateway Failed',
      'a/b',
    ],
    [
      'a withdrawn Gateway',
      envelope('Gateway Withdrawn', { cluster: 'c1', sequence: 7, namespace: 'a', name: 'b' }),
      'Gateway Failed',
      'a/b',
    ],
    [
      'a snapshot of TLSRoutes',
      envelope('TLSRoute Snapshot', { cluster: 'c1', sequence: 7, from: '02', to: '1z' }),
      'Prune Refused',
      '02-1z',
    ],
    ['a snapshot without a range', envelope('Cluster Snapshot', { cluster: 'c1', sequence: 7 }), undefined, undefined],
    ['work', envelope('Work Requested', { appliance: 'edge', work: 'save', reason: 'x' }), undefined, undefined],
  ])('%s', (_case, body, detailType, subject) => {
    const letter = describeDeadLetter(record(body));
    expect([letter.outcome?.detailType, letter.subject]).toEqual([detailType, subject]);
  });

  it('says the reason that stands beside it, and that the queue brings it no more', () => {
    const letter = describeDeadLetter(
      record(changed, { attributes: { reason: 'unknown key colour', appliance: 'dc' } }),
    );
    expect(letter.outcome?.data).toMatchObject({
      appliance: 'dc',
      cluster: 'c1',
      sequence: 5,
      reason: 'the event became a dead letter: unknown key colour',
      retry: false,
    });
  });

  it('has a reason and an appliance where SQS itself moved the message, which says none', () => {
    expect(describeDeadLetter(record(changed, { group: 'dc' }))).toMatchObject({
      appliance: 'dc',
      reason: 'it was received too often without success',
    });
  });

  it('never throws, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((data) => envelope('Ingress Changed', data)),
        ),
        (body) => {
          expect(describeDeadLetter(record(body)).body).toBe(body);
        },
      ),
    );
  });
});
