import { afterEach, describe, expect, it } from 'vitest';
import { audit } from '../../../lib/audit/index.ts';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';
import { commandPolicies, createTransport, NitroClient, NitroSession } from '../../../lib/nitro/index.ts';
import { type Engine, reconcile } from '../../../lib/reconcile/index.ts';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { askNobody } from '../../support/engine.ts';
import { changed, snapshot, state, withdrawn, work } from '../../support/events.ts';
import { patient } from '../../support/patience.ts';

const USER = { username: 'nspass', password: 'Long-enough-1' };
const ROOT = { 'x-nitro-user': 'nsroot', 'x-nitro-pass': 'nsroot', 'content-type': 'application/json' };

let appliance: Simulator;
afterEach(() => appliance.stop());

async function asRoot(kind: string, body: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${appliance.url}/nitro/v1/config/${kind}`, {
    method: 'POST',
    headers: ROOT,
    body: JSON.stringify({ [kind]: body }),
  });
  if (!response.ok) throw new Error(`${kind}: ${await response.text()}`);
}

/** An appliance with our user, and these command policies bound to it. */
async function start(
  policies: readonly { name: string; spec: string }[],
): Promise<{ engine: Engine; client: NitroClient }> {
  appliance = await startSimulator();
  await asRoot('systemuser', USER);
  for (const [index, { name, spec }] of policies.entries()) {
    await asRoot('systemcmdpolicy', { policyname: name, action: 'ALLOW', cmdspec: spec });
    await asRoot('systemuser_systemcmdpolicy_binding', {
      username: USER.username,
      policyname: name,
      priority: (index + 1) * 10,
    });
  }
  const session = new NitroSession({
    name: 'appliance',
    transports: [createTransport(appliance.url, { verify: true }, patient(30_000))],
    credentials: async () => USER,
    idleSeconds: 300,
    backoff: { attempts: 1, baseMs: 1, maxMs: 1, random: () => 0, sleep: async () => {}, remainingMs: () => 60_000 },
  });
  const client = new NitroClient(session);
  const engine: Engine = {
    reader: client,
    writer: client,
    now: () => 1_000_000,
    settings: {
      appliance: 'appliance',
      systemId: 'nsp',
      filter: {},
      rules: { hostOwnership: [], ipsets: [] },
      policy: 'sync',
      drainSeconds: 0,
      prune: { percent: 100, minimum: 1_000_000 },
    },
  };
  return { engine, client };
}

/** A life: made, changed in every way, withdrawn, cleaned up, audited and saved. */
async function live({ engine, client }: { engine: Engine; client: NitroClient }): Promise<string[]> {
  const smart = {
    'ingress.citrix.com/insecure-termination': 'redirect',
    'ingress.citrix.com/lbvserver': '{"web":{"lbmethod":"ROUNDROBIN"}}',
    'ingress.citrix.com/monitor': '{"web":{"type":"TCP","interval":"10"}}',
  };
  const say = (events: ReceivedEvent[]) => reconcile(engine, events, askNobody);
  const reports = [
    await say([changed(1, state('plain')), changed(2, state('smart', { annotations: smart }))]),
    await say([changed(3, state('plain', { members: ['10.1.0.2', '10.1.0.3'] }))]),
    await say([changed(4, state('smart', { annotations: { ...smart, 'ingress.citrix.com/lbvserver': '{}' } }))]),
    await say([withdrawn(5, 'smart')]),
    await say([snapshot(6, [], { flagged: true, confirmed: true })]),
    await say([work('clean-up'), work('save')]),
  ];
  await audit(
    client,
    { appliance: 'appliance', systemId: 'nsp', clusters: ['test'], drainSeconds: 0, saveAfterSeconds: 0 },
    2_000_000,
  );
  return reports.flatMap(({ outcomes }) =>
    outcomes.flatMap(({ detailType, data }) =>
      detailType === 'Ingress Failed' && 'reason' in data ? [data.reason] : [],
    ),
  );
}

describe('the command policies of our user', () => {
  it('let the engine do everything that it does', async () => {
    expect(await live(await start(commandPolicies('nsp')))).toEqual([]);
  });

  it.each(commandPolicies('nsp').map(({ name }) => name))(
    'have nothing to spare: without %s it cannot',
    async (name) => {
      const world = await start(commandPolicies('nsp').filter((policy) => policy.name !== name));
      const failures = await live(world).catch((error: Error) => [error.message]);
      expect(failures.join(' ')).toMatch(/2138|not authorized/i);
    },
  );

  it.each([
    ['an object of somebody else', 'lbvserver', { name: 'foreign', servicetype: 'HTTP' }],
    ['a user', 'systemuser', { username: 'evil', password: 'Long-enough-1' }],
    ['a feature', 'nsfeature?action=enable', { feature: ['WAF'] }],
  ])('do not let it write %s', async (_case, path, body) => {
    await start(commandPolicies('nsp'));
    const [kind = ''] = path.split('?');
    const response = await fetch(`${appliance.url}/nitro/v1/config/${path}`, {
      method: 'POST',
      headers: { 'x-nitro-user': USER.username, 'x-nitro-pass': USER.password, 'content-type': 'application/json' },
      body: JSON.stringify({ [kind]: body }),
    });
    expect(await response.text()).toMatch(/2138/);
  });
});
