import { describe, expect, it } from 'vitest';
import { readResync } from '../../../../lib/forwarder/feedback/resync.ts';

const ref = (name: string, namespace = 'default') => ({ namespace, name });

describe('readResync (protocol rule 10)', () => {
  const request = { cluster: 'c', appliances: ['p', 'q', 'p'], reason: 'drift' };
  const verify = ['p', 'q'];
  it.each([
    ['all, where none is named', undefined, { kind: 'all', verify }],
    ['these', [ref('a'), ref('b.c', 'n')], { kind: 'some', names: ['default/a', 'n/b.c'], verify }],
    ['each once', [ref('a'), ref('a')], { kind: 'some', names: ['default/a'], verify }],
    ['none, which is not all', [], { kind: 'some', names: [], verify }],
    ['many are all', [ref('a'), ref('b'), ref('c')], { kind: 'all', verify }],
    [
      'no names that cannot be',
      [ref('a/b'), ref('', 'n'), ref('A'), ref('x', 'a/b'), ref('x'.repeat(300))],
      { kind: 'some', names: [], verify },
    ],
  ])('%s', (_, ingresses, expected) => {
    expect(readResync({ ...request, ...(ingresses === undefined ? {} : { ingresses }) }, 2)).toEqual(expected);
  });
});
