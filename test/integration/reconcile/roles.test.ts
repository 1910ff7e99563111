import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IngressState } from '../../../lib/contract/index.ts';
import type { BatchReport } from '../../../lib/reconcile/index.ts';
import { breaking } from '../../support/breaking.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, snapshot, state, withdrawn } from '../../support/events.ts';
import { startTestWorld } from '../../support/test-world.ts';

/** CON-3, CON-4, rule 12: a port that was a redirect's becomes a TLS front end's, or the other way round. */

interface Ports {
  readonly tls: number;
  /** None where absent. */
  readonly redirect?: number;
}

function ingress(name: string, { tls, redirect }: Ports, created = 1000): IngressState {
  return state(name, {
    created,
    annotations: {
      'ingress.citrix.com/secure-port': String(tls),
      ...(redirect === undefined
        ? {}
        : {
            'ingress.citrix.com/insecure-port': String(redirect),
            'ingress.citrix.com/insecure-termination': 'redirect',
          }),
    },
  });
}

/** `SSL 443` for each front end. */
const frontends = (at: World): string[] =>
  at
    .config()
    .flatMap((line) => {
      const [, kind, port] = /^add cs vserver \S+ (\S+) \S+ (\d+)/.exec(line) ?? [];
      return kind === undefined ? [] : [`${kind} ${port}`];
    })
    .sort();
const kinds = ({ outcomes }: BatchReport): string[] =>
  outcomes.map(({ detailType, data }) => `${detailType}${'name' in data ? ` ${data.name}` : ''}`);
const findings = ({ outcomes }: BatchReport): string[] =>
  outcomes.flatMap(({ data }) => ('findings' in data ? data.findings.map(({ message }) => message) : []));
const records = (at: World): string[] => at.config({ ledger: true }).filter((line) => / I\./.test(line));

describe('one Ingress changes the role of a port', () => {
  it.each<[string, Ports, Ports, string[]]>([
    ['a redirect’s port becomes the TLS port', { tls: 443, redirect: 8443 }, { tls: 8443 }, ['SSL 8443']],
    ['ports swapped by mistake are corrected', { tls: 80, redirect: 443 }, { tls: 443 }, ['SSL 443']],
    ['both swapped', { tls: 80, redirect: 443 }, { tls: 443, redirect: 80 }, ['HTTP 80', 'SSL 443']],
    ['the TLS port becomes a redirect’s', { tls: 8080 }, { tls: 443, redirect: 8080 }, ['HTTP 8080', 'SSL 443']],
  ])('%s: programmed in the same batch, and nothing of before is left', async (_what, before, after, expected) => {
    const at = await startTestWorld();
    await at.deliver(changed(10, ingress('a', before)));
    const report = await at.deliver(changed(20, ingress('a', after)));
    expect(kinds(report)).toEqual(['Ingress Programmed a']);
    expect(findings(report)).toEqual([]);
    expect(frontends(at)).toEqual(expected);

    const other = await startWorld();
    await other.deliver(changed(20, ingress('a', after)));
    const alone = other.config();
    await other.stop();
    expect(at.config().sort()).toEqual(alone.sort());

    at.requests();
    expect(kinds(await at.deliver(snapshot(30, [ingress('a', after)])))).toEqual(['Snapshot Applied']);
    expect(at.requests().writes).toBe(0);
  });

  it.each([false, true])(
    'a crash at any write is finished by the same event; the write was done: %s',
    async (done) => {
      const broken = breaking();
      const last = changed(20, ingress('a', { tls: 443, redirect: 80 }));
      for (let write = 1; ; write++) {
        const at = await startTestWorld({ between: broken.between });
        await at.deliver(changed(10, ingress('a', { tls: 80, redirect: 443 })));
        broken.arm(write, done);
        const failed = await at.deliver(last).then(
          () => false,
          () => true,
        );
        broken.disarm();
        if (!failed) {
          expect(write).toBeGreaterThan(6);
          return;
        }
        await at.deliver(last);
        expect(frontends(at), `after write ${write}`).toEqual(['HTTP 80', 'SSL 443']);
        await at.stop();
      }
    },
    120_000,
  );

  it('a record that still names a place that is gone does not lock its Ingress out', async () => {
    const at = await startTestWorld();
    // An Ingress that the version before locked out: its former place is the one that it wants.
    await at.deliver(changed(10, ingress('a', { tls: 443, redirect: 8443 })));
    await at.deliver(withdrawn(20, 'a'));
    const [row] = records(at);
    const [, map, key] = /stringmap (\S+) (I\.\S+)/.exec(row as string) as unknown as [string, string, string];
    const value = '1;30;LP;;;;1000;0;default;192.0.2.10/8443/0;192.0.2.10/443/8443;';
    await at.engine.writer.add([
      { type: 'policystringmap_pattern_binding', body: { name: map, key, value, comment: 'a' } },
    ]);
    expect(kinds(await at.deliver(changed(40, ingress('a', { tls: 8443 }))))).toEqual(['Ingress Programmed a']);
    expect(frontends(at)).toEqual(['SSL 8443']);
  });
});

describe('two Ingresses and one port', () => {
  it('two swap the roles of their ports in one batch: both are programmed', async () => {
    const at = await startTestWorld();
    await at.deliver(
      changed(10, ingress('a', { tls: 8443 }, 10)),
      changed(11, ingress('b', { tls: 443, redirect: 80 }, 20)),
    );
    const report = await at.deliver(
      changed(20, ingress('a', { tls: 80 }, 10)),
      changed(21, ingress('b', { tls: 443, redirect: 8443 }, 20)),
    );
    expect(kinds(report)).toEqual(['Ingress Programmed a', 'Ingress Programmed b']);
    expect(findings(report)).toEqual([]);
    expect(frontends(at)).toEqual(['HTTP 8443', 'SSL 443', 'SSL 80']);
  });

  it('one frees the port that another wants, in one batch: the other has it', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, ingress('a', { tls: 443, redirect: 8443 }, 10)));
    const report = await at.deliver(
      changed(20, ingress('b', { tls: 8443 }, 20)),
      changed(21, ingress('a', { tls: 443 }, 10)),
    );
    expect(kinds(report).sort()).toEqual(['Ingress Programmed a', 'Ingress Programmed b']);
    expect(frontends(at)).toEqual(['SSL 443', 'SSL 8443']);
  });

  it('another Ingress keeps the port: what the first had is removed, and its message says so', async () => {
    const at = await startTestWorld();
    const keeper = ingress('keeper', { tls: 443, redirect: 8443 }, 10);
    await at.deliver(changed(10, keeper), changed(11, ingress('a', { tls: 9443 }, 20)));
    const moved = await at.deliver(changed(20, ingress('a', { tls: 8443 }, 20)));
    expect(kinds(moved)).toEqual(['Ingress Rejected a']);
    expect(findings(moved)).toEqual([
      '192.0.2.10:8443 is in use by the virtual server "nsp-192.0.2.10-8443", which serves something else: the Ingress is not programmed, and its previous configuration is removed',
    ]);
    expect(frontends(at)).toEqual(['HTTP 8443', 'SSL 443']);
    // The record names no former place any more: nothing is there.
    expect(records(at).find((line) => / I\.\S+ \S*1;20;/.test(line))).toMatch(/;default;192\.0\.2\.10\/8443\/0;;/);

    const fresh = await at.deliver(changed(30, ingress('fresh', { tls: 8443 }, 30)));
    expect(findings(fresh)).toEqual([expect.stringMatching(/serves something else: the Ingress is not programmed$/)]);

    // It comes free: the next comparison finds that.
    await at.deliver(changed(40, ingress('keeper', { tls: 443 }, 10)));
    const last = await at.deliver(changed(20, ingress('a', { tls: 8443 }, 20), { verify: ['appliance'] }));
    expect(kinds(last)).toEqual(['Ingress Programmed a']);
    expect(frontends(at)).toEqual(['SSL 443', 'SSL 8443']);
  });
});

const RUNS = Number(process.env.NSPASS_PROPERTY_RUNS ?? 10);

describe('histories in which ports change their roles', () => {
  /** Each Ingress has an address of its own, so that nobody is in its way but itself. */
  const VIPS: Readonly<Record<string, string>> = { one: '192.0.2.10', two: '192.0.2.11' };
  const ports = fc.constantFrom(443, 80, 8443, 8080);
  const step = fc.record({
    name: fc.constantFrom('one', 'two'),
    tls: ports,
    redirect: fc.option(ports, { nil: undefined }),
    gone: fc.integer({ min: 1, max: 6 }).map((dice) => dice === 1),
  });
  const batches = fc.array(fc.array(step, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 6 });

  it('end as if only the last state had ever been said', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const at = await startWorld();
        const plain = await startWorld();
        try {
          let sequence = 0;
          const last = new Map<string, IngressState>();
          for (const batch of all) {
            const events = batch.map(({ name, tls, redirect, gone }) => {
              sequence += 10;
              if (gone) {
                last.delete(name);
                return withdrawn(sequence, name);
              }
              const made = ingress(name, { tls, ...(redirect === undefined || redirect === tls ? {} : { redirect }) });
              const annotations = { ...made.annotations, 'ingress.citrix.com/frontend-ip': VIPS[name] as string };
              last.set(name, { ...made, annotations });
              return changed(sequence, { ...made, annotations });
            });
            await at.deliver(...events);
          }
          await plain.deliver(snapshot(sequence + 10, [...last.values()], { flagged: true }));
          expect(at.config().sort()).toEqual(plain.config().sort());
        } finally {
          await at.stop();
          await plain.stop();
        }
      }),
      { numRuns: RUNS },
    );
  });
});
