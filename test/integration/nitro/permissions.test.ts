import { afterEach, describe, expect, it } from 'vitest';
import { audit } from '../../../lib/audit/index.ts';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';
import { commandPolicies, type HttpCall, PERMITTED, type PermittedOperation } from '../../../lib/nitro/index.ts';
import type { SimulatorOptions } from '../../../lib/simulator/index.ts';
import { readTraffic } from '../../../lib/traffic/index.ts';
import { open, withChallenges } from '../../support/challenges.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, snapshot, state, withdrawn, work } from '../../support/events.ts';
import { type Bench, bench } from './support.ts';

/** What the engine sends through a whole life, and that our user may do that and nothing else. */

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const USER = { username: 'engine', password: 'engine-secret' };

interface Life {
  readonly world: World;
  readonly calls: HttpCall[];
  /** Fails the test where something was refused. */
  deliver(...events: ReceivedEvent[]): Promise<void>;
}

async function life(options: SimulatorOptions, drainSeconds: number): Promise<Life> {
  const calls: HttpCall[] = [];
  let now = 1_790_000_000_000;
  const world = await startWorld({
    appliance: { config: userConfig(), now: () => now, ...options },
    now: () => now,
    settings: { drainSeconds },
    between: (transport) => (call) => {
      if (call.path === 'config/login') return transport({ ...call, body: { login: USER } });
      calls.push(call);
      return transport(call);
    },
  });
  stops.push(() => world.stop());
  const refused: unknown[] = [];
  const deliver: Life['deliver'] = async (...events) => {
    now += 100_000;
    const { outcomes } = await world.deliver(...events);
    refused.push(...outcomes.filter(({ detailType }) => detailType === 'Ingress Failed'));
    expect(refused).toEqual([]);
  };
  return { world, calls, deliver };
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const userConfig = (policies = commandPolicies('nsp')): string =>
  [
    ...policies.map(({ name, spec }) => `add system cmdPolicy ${name} ALLOW ${quoted(spec)}`),
    `add system user ${USER.username} ${USER.password}`,
    ...policies.map(({ name }, index) => `bind system user ${USER.username} ${name} ${(index + 1) * 10}`),
    'add lb vserver theirs TCP',
    '',
  ].join('\n');

/** Program, change, settings, takeover, withdraw, replay, clean-up, save, audit. */
async function wholeLife({ world, deliver }: Life): Promise<void> {
  const redirect = { 'ingress.citrix.com/insecure-termination': 'redirect' };
  const settings = (monitor: string, lb: string) => ({
    'ingress.citrix.com/monitor': JSON.stringify({ web: JSON.parse(monitor) }),
    'ingress.citrix.com/lbvserver': JSON.stringify({ web: JSON.parse(lb) }),
  });
  const hosts = ['a.example.com', '*.a.example.com'];
  await deliver(changed(10, state('a', { hosts, annotations: redirect })));
  await deliver(
    changed(11, state('a', { hosts, annotations: redirect, members: ['10.1.0.1', '10.1.0.2', '2001:db8::1'] })),
  );
  await deliver(changed(12, state('a', { hosts, annotations: redirect, members: ['10.1.0.2'] })));
  await deliver(
    changed(
      13,
      state('a', {
        hosts,
        annotations: {
          ...settings('{"type":"tcp","interval":"7"}', '{"lbmethod":"ROUNDROBIN"}'),
          'netscaler-passthrough/allow-sources': '10.0.0.0/8, 192.0.2.7',
          'netscaler-passthrough/proxy-protocol': 'v2',
        },
      }),
    ),
  );
  await deliver(changed(14, state('a', { hosts, members: [] })));
  await deliver(
    changed(15, state('b', { hosts, created: 1, vip: '192.0.2.10' })),
    changed(16, state('c', { vip: '2001:db8::10' })),
  );
  await deliver(withdrawn(17, 'b'));
  await deliver(
    snapshot(18, [state('a', { hosts }), state('c', { vip: '192.0.2.11' })], { flagged: true, verify: ['appliance'] }),
  );
  const challenged = withChallenges(open('g', { vip: '192.0.2.12' }), { host: 'g.example.com', token: 'T' });
  await deliver(changed(19, challenged, { verify: ['appliance'] }));
  await deliver(changed(20, challenged, { verify: ['appliance'] }));
  await deliver(withdrawn(21, 'g'));
  await deliver(snapshot(22, [state('d'), state('e'), state('f', { service: 'other' })], { flagged: true }));
  await deliver(withdrawn(23, 'd'), withdrawn(24, 'e'), withdrawn(25, 'f'));
  await deliver(work('clean-up'), work('save'));
  await audit(
    world.engine.reader,
    { appliance: 'appliance', systemId: 'nsp', clusters: ['test'], drainSeconds: 60, saveAfterSeconds: 60 },
    world.engine.now(),
  );
  await readTraffic({ reader: world.client, statistics: world.client }, 'nsp');
}

/** What a request does: type and operation, for each row of it. */
function pairsOf({ method, path, body }: HttpCall): [type: string, operation: PermittedOperation][] {
  const [, area, kind = '', parameters = ''] = /^(config|stat)\/([^/?]+)[^?]*\??(.*)$/.exec(path) ?? [];
  if (area === 'stat') return [[kind, 'statistics']];
  const given = /action=(\w+)/.exec(parameters)?.[1]?.toLowerCase();
  const types =
    kind === 'macroapi'
      ? Object.keys(body as object)
      : kind === 'batchapi'
        ? (body as { batchapi: { type: string }[] }).batchapi.map(({ type }) => type)
        : [kind];
  const byMethod = { GET: 'read', POST: 'add', PUT: 'set', DELETE: 'remove' } as const;
  const operation = (given === 'get' ? 'read' : (given ?? byMethod[method])) as PermittedOperation;
  return types.map((type) => [type, operation]);
}

describe('what the engine sends', () => {
  const seen = new Set<string>();

  it.each([
    ['14.1-51.80', 0],
    ['14.1-51.80', 60],
    ['13.0-41.28', 60],
  ])('is in the table, and our user may do all of it (%s, drain %i s)', async (version, drainSeconds) => {
    const one = await life({ version }, drainSeconds);
    await wholeLife(one);
    const unknown = one.calls
      .flatMap(pairsOf)
      .filter(([type, operation]) => PERMITTED[type]?.operations.includes(operation) !== true);
    expect(unknown).toEqual([]);
    for (const [type, operation] of one.calls.flatMap(pairsOf)) seen.add(`${type} ${operation}`);
    expect(one.world.appliance.runningConfig()).toContain('add lb vserver theirs TCP');
  });

  it('and the table holds little that it does not send', () => {
    // Seldom: repairs of what was changed by hand, a classic group, a partition, an upload that was cut short, doctor.
    const seldom =
      /^(nspartition switch|systemfile remove|nslicense read|nstcpprofile|netprofile remove|sslcertkey remove|nsversion|hanode|\w+ (set|unset|enable|disable)|servicegroup_servicegroupmember_binding|\w+_binding remove)/;
    const all = Object.entries(PERMITTED).flatMap(([type, { operations }]) =>
      operations.map((one) => `${type} ${one}`),
    );
    expect(all.filter((pair) => !seen.has(pair) && !seldom.test(pair))).toEqual([]);
  });
});

describe('our user', () => {
  let world: Bench;
  const connect = async () => {
    world = await bench({ config: userConfig() });
    stops.push(() => world.stop());
    return world.connect({ credentials: async () => USER }).client;
  };
  const lb = (name: string) => ({ type: 'lbvserver', body: { name, servicetype: 'TCP' } });
  const remove = (type: string, attribute: string, name: string) =>
    ({ type, name: [attribute, name] as const, args: {} }) as const;

  it('makes and removes what is named after the system', async () => {
    const client = await connect();
    expect(await client.add([lb('nsp-a')])).toEqual([undefined]);
    expect(await client.remove([remove('lbvserver', 'name', 'nsp-a')])).toEqual([undefined]);
  });

  it.each([
    ['another name', lb('web')],
    ['a name that only holds the id', lb('x-nsp-a')],
    ['a name that begins like it', lb('nspx-a')],
    ['a user', { type: 'systemuser', body: { username: 'nsp-root', password: 'x1234567' } }],
    ['a command policy', { type: 'systemcmdpolicy', body: { policyname: 'nsp-all', action: 'ALLOW', cmdspec: '.*' } }],
    ['a route', { type: 'nsip', body: { ipaddress: '192.0.2.9', netmask: '255.255.255.0' } }],
  ])('may not make %s', async (_name, item) => {
    const client = await connect();
    expect(await client.add([item])).toMatchObject([{ kind: 'denied' }]);
  });

  it('may not change or remove what is not ours, nor restart or clear the appliance', async () => {
    const client = await connect();
    expect(await client.set('lbvserver', [{ name: 'theirs', clttimeout: 1 }])).toMatchObject([{ kind: 'denied' }]);
    expect(await client.remove([remove('lbvserver', 'name', 'theirs')])).toMatchObject([{ kind: 'denied' }]);
    const { session } = world.connect({ credentials: async () => USER });
    for (const [path, body] of [
      ['config/reboot?action=reboot', { reboot: { warm: true } }],
      ['config/nsconfig?action=clear', { nsconfig: { level: 'full' } }],
      ['config/nsfeature?action=enable', { nsfeature: { feature: ['LB'] } }],
    ] as const) {
      const call = { what: 'try', method: 'POST', path, body, repeatable: false } as const;
      await expect(session.request(call)).rejects.toMatchObject({ kind: 'denied' });
    }
  });
});
