import { describe, expect, it } from 'vitest';
import { topology } from '../../../lib/config/topology.ts';
import { parseEnvelope, SOURCES, toEvent } from '../../../lib/contract/index.ts';
import { compilePattern } from '../../../lib/local-aws/event-pattern.ts';
import { state } from '../../support/events.ts';

const ACCOUNT = '111111111111';
const { rules } = topology([
  { name: 'edge', clusters: ['prod'] },
  { name: 'other', clusters: ['test'] },
]);

/** Returns the queues that the rules of the bus bring an event to. */
const targetsOf = (event: object): string[] =>
  rules.filter(({ pattern }) => compilePattern(pattern)(event)).map(({ target }) => target);

const DATA = { cluster: 'prod', clusterUid: 'uid-1', sequence: 10, ingress: state('web') };

/** Changes what an event says: of the envelope, of the CloudEvent in it, and of its data. */
interface Forgery {
  readonly envelope?: object;
  readonly detail?: object;
  readonly data?: object;
}

function forge({ envelope, detail: changes, data }: Forgery): object {
  const { source, detailType, detail } = toEvent(SOURCES.forwarder, 'Ingress Changed', DATA, { now: () => 10 });
  const event = { id: 'a', account: ACCOUNT, time: detail.time, source, 'detail-type': detailType };
  return { ...event, detail: { ...detail, data: { ...DATA, ...data }, ...changes }, ...envelope };
}

const EDGE = ['edge.fifo'];
const work = { appliance: 'edge', work: 'save', reason: 'x' };
const WORK = {
  specversion: '1.0',
  type: 'nspass.work.requested.v1',
  id: 'a',
  time: '1970-01-01T00:00:00Z',
  data: work,
};

/** What is forged → the queues that it reaches, and why a function refuses it; undefined where none does. */
const FORGERIES: readonly (readonly [
  what: string,
  Forgery,
  reaches: readonly string[],
  refused: RegExp | undefined,
])[] = [
  ['nothing', {}, EDGE, undefined],
  ['a source of its own', { envelope: { source: 'evil' } }, [], /only nspass\.forwarder may say it/],
  ['the source of the command', { envelope: { source: SOURCES.cli } }, [], /only nspass\.forwarder may say it/],
  [
    'desired state from the functions',
    { envelope: { source: SOURCES.functions } },
    [],
    /only nspass\.forwarder may say it/,
  ],
  [
    'work from a forwarder',
    { envelope: { 'detail-type': 'Work Requested', detail: WORK } },
    [],
    /only nspass\.functions may say it/,
  ],
  [
    'work from the command',
    { envelope: { source: SOURCES.cli, 'detail-type': 'Work Requested', detail: WORK } },
    [],
    /only nspass\.functions may say it/,
  ],
  [
    'an outcome from a forwarder',
    { envelope: { 'detail-type': 'Ingress Programmed' } },
    [],
    /only nspass\.functions may say it/,
  ],
  ['a detail-type that does not exist', { envelope: { 'detail-type': 'Ingress Deleted' } }, [], /unknown detail-type/],
  ['another account', { envelope: { account: '2' } }, EDGE, /only 111111111111 may put events/],
  ['no account', { envelope: { account: undefined } }, EDGE, /account \(none\)/],
  ['a cluster that nobody serves', { data: { cluster: 'lab' } }, [], undefined],
  ['a cluster of another appliance', { data: { cluster: 'test' } }, ['other.fifo'], undefined],
  ['two clusters at once', { data: { cluster: ['prod', 'test'] } }, [...EDGE, 'other.fifo'], /cluster: Invalid input/],
  ['a field of an older CloudEvents', { detail: { specversion: '0.3' } }, EDGE, /specversion/],
  ['data of another type', { detail: { type: 'nspass.ingress.withdrawn.v1' } }, EDGE, /this version reads/],
  ['a sequence of the far future', { data: { sequence: 2e15 } }, EDGE, /sequence: Too big/],
  ['a sequence below every other', { data: { sequence: -1 } }, EDGE, /sequence: Too small/],
  ['a time that is none', { detail: { time: 'yesterday' } }, EDGE, /is no date/],
  ['a creation time before all', { data: { ingress: { ...state('web'), created: -1 } } }, EDGE, /created: Too small/],
  ['a UID with a line', { data: { ingress: { ...state('web'), uid: 'a\nb' } } }, EDGE, /ingress\.uid/],
  ['a name that climbs', { data: { ingress: { ...state('web'), name: '../x' } } }, EDGE, /ingress\.name/],
  ['a namespace with a separator', { data: { ingress: { ...state('web'), namespace: 'a;b' } } }, EDGE, /namespace/],
  ['an approval in a single event', { data: { confirmed: true } }, EDGE, /unknown key confirmed/],
  ['a take-over in a single event', { data: { takesOver: true } }, EDGE, /unknown key takesOver/],
  ['a replay that no service began', { envelope: { 'replay-name': 'a b' } }, EDGE, /replay-name/],
  ['a prototype', { envelope: { 'detail-type': '__proto__' } }, [], /unknown detail-type/],
];

describe('rule 10: events that another principal forges', () => {
  it.each(FORGERIES)(
    '%s → the rules bring it to its queue alone, and the contract refuses what is not valid',
    (...given) => {
      const [, forgery, reaches, refused] = given;
      const event = forge(forgery);
      expect(targetsOf(event)).toEqual(reaches);
      const read = (): unknown => parseEnvelope(JSON.stringify(event), { account: ACCOUNT });
      if (refused === undefined) expect(read).not.toThrow();
      else expect(read).toThrow(refused);
    },
  );
});
