import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IngressState, ReceivedEvent } from '../../../lib/contract/index.ts';
import { NitroError } from '../../../lib/nitro/index.ts';
import { type AuditedWorld, findingLines, Hand, startAudited } from '../../support/audit.ts';
import { choose, FOREIGN, KINDS, rowsOf } from '../../support/damage.ts';
import { history } from '../../support/history.ts';
import { runs } from '../../support/patience.ts';

/**
 * LIF-7 over random clusters and random damage: whatever somebody did by hand to objects that are marked, the audit
 * finds it, and what it asks for brings the appliance back to what it was.
 */

interface Damage {
  readonly kind: keyof typeof EDITS;
  /** Which of the objects that there are. */
  readonly pick: number;
}

const EDITS = { ...KINDS, ...FOREIGN };

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...(Object.keys(EDITS) as Damage['kind'][])),
  pick: fc.nat(200),
});

const SAID_ONLY = /^(PolicyForeign|ServerDisabled) /;

/** Somebody does all of it, except what the appliance itself refuses. */
async function spoil(at: AuditedWorld, all: readonly Damage[]): Promise<void> {
  const hand = new Hand(at);
  for (const { kind, pick } of all) {
    try {
      await EDITS[kind](hand, pick);
    } catch (error) {
      if (!(error instanceof NitroError)) throw error;
    }
  }
}

/** Lines of what is not ours: policies, where they are bound, and servers. */
const theirs = (at: AuditedWorld): string[] =>
  at.appliance
    .runningConfig()
    .split('\n')
    .filter((line) => /theirs-|^(add|set|disable) server /.test(line))
    .sort();

/** What each cluster has at the end of a history. */
function lastStates(last: readonly ReceivedEvent[]): Map<string, readonly IngressState[]> {
  return new Map(
    last.flatMap(({ data }) =>
      'listed' in data && 'ingresses' in data ? [[data.cluster, data.ingresses] as const] : [],
    ),
  );
}

/** Types whose objects are ours by their mark alone. */
const MARKED = ['csvserver', 'lbvserver', 'servicegroup', 'sslpolicy', 'responderpolicy', 'responderaction'] as const;

interface Taken {
  readonly type: (typeof MARKED)[number];
  readonly pick: number;
}

const taken: fc.Arbitrary<Taken> = fc.record({ type: fc.constantFrom(...MARKED), pick: fc.nat(200) });

/** Somebody takes objects over: the mark makes way for a word of his. @returns their names. */
async function takeOver(at: AuditedWorld, all: readonly Taken[]): Promise<Set<string>> {
  const hand = new Hand(at);
  const names = new Set<string>();
  for (const { type, pick } of all) {
    const by = type === 'servicegroup' ? 'servicegroupname' : 'name';
    // What exists once for the system is known by its name, whatever its comment.
    const rows = (await rowsOf(hand, type, by)).filter((row) => !/^nsp-reset/.test(String(row[by])));
    const row = choose(rows, pick);
    if (row === undefined) continue;
    const name = String(row[by]);
    await hand.set(type, name, { comment: 'hands off' });
    names.add(`${type} ${name}`);
  }
  return names;
}

/** Lines of what was taken over, without where it is bound. */
const handsOff = (at: AuditedWorld): string[] =>
  at.appliance
    .runningConfig()
    .split('\n')
    .filter((line) => line.includes('hands off'))
    .sort();

/** Claims and records come back first, then what they stand for. */
const ROUNDS = 3;

const RUNS = runs(25);

describe.each([
  ['one cluster', ['east']],
  ['two clusters', ['east', 'west']],
])('%s', (_what, clusters) => {
  it('LIF-7: what was changed by hand comes back by what the audit asks for', async () => {
    await fc.assert(
      fc.asyncProperty(
        history(clusters),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async ({ events, last }, all) => {
          const at = await startAudited(clusters);
          try {
            for (const event of events) await at.deliver(event);
            for (const [cluster, ingresses] of lastStates(last)) await at.say(cluster, ...ingresses);
            expect(findingLines(await at.look())).toEqual([]);
            const before = at.objects();
            await spoil(at, all);
            const foreign = theirs(at);
            for (let round = 0; round < ROUNDS; round++) await at.answer(await at.look());
            expect(findingLines(await at.look()).filter((line) => !SAID_ONLY.test(line))).toEqual([]);
            expect(at.objects().filter((line) => !line.includes('theirs-'))).toEqual(before);
            expect(theirs(at)).toEqual(foreign);
          } finally {
            await at.stop();
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('LIF-5: what somebody took over stays as it is, whatever else he did, and is said', async () => {
    await fc.assert(
      fc.asyncProperty(
        history(clusters),
        fc.array(taken, { minLength: 1, maxLength: 2 }),
        fc.array(damage, { maxLength: 2 }),
        async ({ events, last }, objects, all) => {
          const at = await startAudited(clusters);
          try {
            for (const event of events) await at.deliver(event);
            for (const [cluster, ingresses] of lastStates(last)) await at.say(cluster, ...ingresses);
            await spoil(at, all);
            await takeOver(at, objects);
            const before = handsOff(at);
            for (let round = 0; round < ROUNDS; round++) {
              await at.answer(await at.look());
              expect(handsOff(at)).toEqual(before);
            }
            const found = findingLines(await at.look());
            await at.answer(await at.look());
            expect(findingLines(await at.look())).toEqual(found);
            // Its Ingresses go, and so does all that is still ours.
            for (const cluster of clusters) await at.say(cluster);
            at.clock.now += 2 * 86_400_000;
            for (let round = 0; round < ROUNDS; round++) {
              await at.answer(await at.look({}, at.clock.now));
              expect(handsOff(at)).toEqual(before);
            }
          } finally {
            await at.stop();
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});
