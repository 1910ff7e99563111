import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IngressState, ownerKey } from '../../../lib/contract/index.ts';
import { Fold } from '../../../lib/history/index.ts';
import { ToldStates } from '../../../lib/history/told-states.ts';
import { resident } from '../../support/estate.ts';
import { changed, snapshot } from '../../support/events.ts';
import { archivedBody } from '../../support/long-archive.ts';
import { runs } from '../../support/patience.ts';

const START = Date.parse('2026-11-24T08:00:00Z');
const CLUSTER = 'test';
const STATES: readonly IngressState[] = Array.from({ length: 20 }, (_, index) => resident(index));
const KNOWN = new Map(STATES.map((state) => [ownerKey({ cluster: CLUSTER, ...state }), state]));
const bodyOf = (states: readonly IngressState[]): string => archivedBody(snapshot(20, states), START);
const BODY = bodyOf(STATES);
const LIST = JSON.stringify(STATES);

const repeatedIn = (body: string) => new ToldStates((key) => KNOWN.get(key)).repeatedIn(body);

/** What is read of a text, with its Ingresses where they belong. */
function read(body: string): unknown {
  const repeated = repeatedIn(body);
  if (repeated === undefined) return undefined;
  const json = structuredClone(repeated.json) as { detail: { data: { ingresses: unknown } } };
  json.detail.data.ingresses = repeated.ingresses;
  return json;
}

describe('a snapshot that repeats what is known', () => {
  it('as publishers write it → the known states themselves, in its order', () => {
    expect(repeatedIn(BODY)?.ingresses.map((state, index) => state === STATES[index])).toEqual(STATES.map(() => true));
    expect(read(BODY)).toEqual(JSON.parse(BODY));
    expect(repeatedIn(bodyOf(STATES.slice(3).reverse()))?.ingresses).toEqual(STATES.slice(3).reverse());
  });

  it.each([
    ['another state', bodyOf([...STATES.slice(1), resident(0, { members: ['10.9.9.9'] })])],
    ['an object that is not known', bodyOf([...STATES, resident(77)])],
    ['white space', BODY.replace('"ingresses":[', '"ingresses": [')],
    ['an event of another type', BODY.replaceAll('Cluster Snapshot', 'Ingress Changed')],
    ['a second list behind it, which counts', BODY.replace('"listed":[]', '"listed":[],"ingresses":[]')],
    ['a list of the same name elsewhere', BODY.replace('"data":{', `"ingresses":${LIST},"data":{`)],
    ['a name that ends like it', BODY.replace('"ingresses":[', '"x\\"ingresses":[')],
    ['an end that is missing', BODY.slice(0, -1)],
    ['a list that does not end', BODY.replace(/\],"listed.*$/, '')],
  ])('%s → is read as a whole', (_what, body) => {
    expect(body).not.toBe(BODY);
    expect(repeatedIn(body)).toBeUndefined();
  });

  it('any change of the text → is read as a whole, or as JSON says', () => {
    const place = fc.nat({ max: BODY.length });
    const pieces = ['', ' ', '"', '\\', '[', ']', '{', '}', ',', '0', `"ingresses":${LIST}`, '"ingresses":[]', LIST];
    const piece = fc.oneof(
      fc.constantFrom(...pieces),
      fc.tuple(place, fc.nat({ max: 200 })).map(([from, length]) => BODY.slice(from, from + length)),
    );
    const change = fc.record({ at: place, removed: fc.nat({ max: 40 }), piece });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const body = changes.reduce(
          (text, each) => text.slice(0, each.at) + each.piece + text.slice(each.at + each.removed),
          BODY,
        );
        const quick = read(body);
        if (quick !== undefined) expect(quick).toEqual(JSON.parse(body));
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('a fold of such snapshots → the same as of the same events with white space', () => {
    const moved = resident(3, { members: ['10.9.9.9'] });
    const later = STATES.map((state, index) => (index === 3 ? moved : state));
    const events = [
      snapshot(10, STATES, { flagged: true }),
      snapshot(20, STATES),
      changed(30, moved),
      snapshot(40, later),
      snapshot(50, STATES),
      snapshot(60, later.slice(1)),
    ];
    const fold = (written: (body: string) => string) => {
      const made = new Fold([
        {
          appliance: 'edge',
          systemId: 'nsp',
          filter: {},
          rules: { hostOwnership: [], ipsets: [] },
          policy: 'sync',
          prune: { percent: 30, minimum: 1 },
        },
      ]);
      const steps = events.map((event, index) => made.add(written(archivedBody(event, START + index * 60_000))));
      return { steps, counts: made.counts, hosts: made.appliances[0]?.model.hosts.sorted() };
    };
    expect(fold((body) => body)).toEqual(fold((body) => body.replace('"ingresses":[', '"ingresses": [')));
  });
});
