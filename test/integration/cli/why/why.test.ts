import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { WhyStep } from '../../../../lib/cli/why/chain.ts';
import { WHY_SESSIONS } from '../../../../scripts/why-docs.ts';
import { eventually } from '../../../support/eventually.ts';
import { annotated, CHALLENGE_PATH, CLASSES, ROUTE, SOLVER, shop } from './manifests.ts';
import { COMMAND, HOST, WhyWorld, type WorldOptions } from './world.ts';

const RECORDED = 'test/integration/cli/why/sessions';

let world: WhyWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** A cause that a user looks for. */
interface Cause {
  /** Name of the recorded session. */
  readonly name: string;
  /** The link that the last line must name. */
  readonly step: WhyStep['step'];
  readonly world: Omit<WorldOptions, 'manifests'> & { readonly manifests?: WorldOptions['manifests'] };
  /** Makes the cause; the folder is published and applied if absent. */
  readonly happens?: (world: WhyWorld) => Promise<void>;
}

const manifests = (text: string): WorldOptions['manifests'] => ({ 'classes.yaml': CLASSES, 'web.yaml': text });

const CAUSES: readonly Cause[] = [
  { name: 'no-class', step: 'selected', world: { manifests: manifests(shop({ className: undefined })) } },
  { name: 'no-annotation', step: 'selected', world: { manifests: manifests(shop({ annotations: [] })) } },
  { name: 'no-tls', step: 'valid', world: { manifests: manifests(shop({ tls: false })) } },
  {
    name: 'namespace-not-owned',
    step: 'valid',
    world: { settings: ['hostOwnership: [{ suffix: example.com, namespaces: [payments] }]'] },
  },
  {
    name: 'conflict',
    step: 'holder',
    world: {
      manifests: {
        ...manifests(shop()),
        'legacy.yaml': shop({ namespace: 'legacy', created: '2024-01-10T12:00:00Z' }),
      },
    },
  },
  {
    name: 'route-waits',
    step: 'holder',
    world: { manifests: { ...manifests(shop({ namespace: 'legacy' })), 'route.yaml': ROUTE } },
  },
  {
    name: 'stuck-in-queue',
    step: 'queue',
    // The password was changed on the appliance, and not in the secret of the functions.
    world: { functionPassword: 'the-one-before' },
    async happens(deployed) {
      await deployed.publish();
      await eventually(() => deployed.metrics.sum('BatchesReturned') > 0, 'the batch goes back');
    },
  },
  {
    name: 'paused',
    step: 'queue',
    world: {},
    async happens(deployed) {
      await deployed.pause();
      await deployed.publish();
    },
  },
  {
    name: 'appliance-down',
    step: 'appliance',
    world: {},
    async happens(deployed) {
      await deployed.program();
      await deployed.appliance.stop();
    },
  },
  {
    name: 'object-refused',
    step: 'recorded',
    world: { manifests: manifests(shop({ annotations: annotated('ingress.citrix.com/netprofile: proxy-v2') })) },
  },
  {
    name: 'challenge-down',
    step: 'challenges',
    world: {
      manifests: {
        ...manifests(
          shop({
            annotations: annotated(
              'ingress.citrix.com/insecure-termination: redirect',
              'netscaler-passthrough/acme-challenge: allow',
            ),
            paths: [CHALLENGE_PATH],
          }),
        ),
        'solver.yaml': SOLVER,
      },
    },
    async happens(deployed) {
      await deployed.program();
      await deployed.member('UP');
      await deployed.member('DOWN');
    },
  },
  {
    name: 'members-down',
    step: 'members',
    world: { membersUp: false },
    async happens(deployed) {
      await deployed.program();
      await deployed.member('DOWN');
    },
  },
];

describe('nspass why: one command finds the cause', () => {
  it.each(CAUSES)('$name → the last line names the link "$step", and the exit status is 1', async (cause) => {
    world = await WhyWorld.start({ manifests: manifests(shop()), ...cause.world });
    await (cause.happens ?? ((deployed) => deployed.program()))(world);
    const { status, text } = await world.session.run(COMMAND);
    const lines = text.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.startsWith('✗'));
    expect(lines[at]?.split(/ +/).slice(0, 2)).toEqual(['✗', cause.step]);
    expect(lines[at + 1]).toMatch(/^ {2}→ /);
    // What lies behind a challenge is over TLS, and goes on.
    if (cause.step !== 'challenges') expect(lines.slice(at + 2)).toEqual([]);
    expect(lines.filter((line) => line.startsWith('✗'))).toHaveLength(1);
    expect(status).toBe(1);
    world.session.matches(join(RECORDED, `${cause.name}.txt`));
  });

  it('a host that works: every link holds, and the exit status is 0', async () => {
    world = await WhyWorld.start({ manifests: manifests(shop()) });
    await world.program();
    await world.member('UP');
    const { status, text } = await world.session.run(COMMAND);
    expect(text).not.toContain('✗');
    expect(status).toBe(0);
    world.session.matches(join(RECORDED, 'works.txt'));
  });

  it('a wildcard covers the host, and nobody names it itself: every link holds', async () => {
    world = await WhyWorld.start({ manifests: manifests(shop({ host: '*.example.com' })) });
    await world.program();
    await world.member('UP');
    const { status, text } = await world.session.run(COMMAND);
    expect(text).not.toContain('✗');
    expect(status).toBe(0);
    world.session.matches(join(RECORDED, 'wildcard.txt'));
  });

  it('an appliance that ends the connection after the log-in: the link "appliance", and no stack', async () => {
    world = await WhyWorld.start({ manifests: manifests(shop()) });
    await world.program();
    world.appliance.setFaults([{ kind: 'policystringmap', fault: { type: 'reset', when: 'before' } }]);
    const { status, text } = await world.session.run(COMMAND);
    expect(text).toMatch(
      /^✓ valid .*\n✗ appliance {2}edge cannot be read: .* at http\S+: .*EDGE_USERNAME and EDGE_PASSWORD\.$/m,
    );
    expect(text).toContain('nspass doctor --config appliances.yml --appliance edge');
    expect(text).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
  });

  it('a cluster that the appliance does not serve is wrong use, not a broken host', async () => {
    world = await WhyWorld.start({ manifests: manifests(shop()) });
    const args = COMMAND.map((word) => (word === 'prod-eu' ? 'prod-us' : word));
    const { status, text } = await world.session.run(args);
    expect(text).toContain('edge does not serve the cluster prod-us: name one of prod-eu with --cluster.');
    expect(status).toBe(2);
  });
});

it(`every recorded session of ${HOST} is shown in the documentation, and belongs to a test`, () => {
  const names = [...CAUSES.map(({ name }) => `${name}.txt`), 'wildcard.txt', 'works.txt'].sort();
  expect(readdirSync(RECORDED).sort()).toEqual(names);
  expect(WHY_SESSIONS.map(({ session }) => `${session}.txt`).sort()).toEqual(names);
});
