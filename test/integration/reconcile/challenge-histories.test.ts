import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IngressState } from '../../../lib/contract/index.ts';
import { startAudited } from '../../support/audit.ts';
import { open, REDIRECTS, withChallenges } from '../../support/challenges.ts';
import { state } from '../../support/events.ts';
import { patient, runs } from '../../support/patience.ts';

/** VAL-19 over any history: what is left depends on the last state of each Ingress alone. */

/** One Ingress at a time: absent, or what it asks for. */
interface Wish {
  readonly name: 'a' | 'b';
  readonly asks: 'nothing' | 'tls' | 'redirect' | 'challenges';
  readonly tokens: readonly ('T' | 'U')[];
  /** Both have this host, and each one of its own. */
  readonly shared: boolean;
  readonly port: 443 | 8443;
}

function ingressOf({ name, asks, tokens, shared, port }: Wish): IngressState | undefined {
  if (asks === 'nothing') return undefined;
  const host = shared ? 'shared.example.com' : `${name}.example.com`;
  const options = {
    hosts: [host],
    created: name === 'a' ? 1000 : 2000,
    annotations: {
      'ingress.citrix.com/secure-port': String(port),
      ...(asks === 'tls' ? {} : REDIRECTS),
    },
  };
  if (asks !== 'challenges') return state(name, options);
  return withChallenges(
    open(name, options),
    ...tokens.map((token) => ({ host, token, service: `solver-${token.toLowerCase()}` })),
  );
}

const wish: fc.Arbitrary<Wish> = fc.record({
  name: fc.constantFrom('a', 'b'),
  asks: fc.constantFrom('nothing', 'tls', 'redirect', 'challenges', 'challenges'),
  tokens: fc.uniqueArray(fc.constantFrom('T', 'U'), { maxLength: 2 }),
  shared: fc.boolean(),
  port: fc.constantFrom(443, 8443),
});

describe('VAL-19: any history of redirects and challenges', () => {
  it(
    'ends as if only the last states had ever been, and the audit finds nothing',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(wish, { minLength: 1, maxLength: 8 }), async (history) => {
          const [world, fresh] = await Promise.all([startAudited(), startAudited()]);
          try {
            await world.say('east');
            for (const step of history) {
              const ingress = ingressOf(step);
              if (ingress === undefined) await world.withdraw('east', step.name);
              else await world.sayAlone('east', ingress);
            }
            const last = new Map(history.map((step) => [step.name, ingressOf(step)]));
            await fresh.say('east', ...[...last.values()].filter((ingress) => ingress !== undefined));
            // What exists once for the system stays, and so do servers: others may use them.
            const lasting = (lines: readonly string[]) =>
              lines.filter(
                (line) =>
                  !/^add (server|ns tcpProfile|ssl certKey|ssl policy nsp-reset|responder policy nsp-reset-http) ?/.test(
                    line,
                  ),
              );
            expect(lasting(world.objects())).toEqual(lasting(fresh.objects()));
            expect((await world.look()).findings).toEqual([]);
          } finally {
            await Promise.all([world.stop(), fresh.stop()]);
          }
        }),
        { numRuns: runs(60) },
      );
    },
    patient(240_000),
  );
});
