import { createServer, request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandPolicies } from '../../../lib/nitro/index.ts';
import { planRemoval, removeEverything } from '../../../lib/removal/index.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import { frontendEndpoint, start } from '../../conformance/simulator/traffic.ts';
import { NOW, startAudited } from '../../support/audit.ts';
import { LETS_THROUGH, open, REDIRECTS, withChallenges } from '../../support/challenges.ts';
import type { WorldOptions } from '../../support/engine.ts';
import { snapshot, state } from '../../support/events.ts';

/** VAL-19 on the data plane: what an authority gets that asks for a challenge over plain HTTP. */

const HOST = 'shop.example.com';
const TOKEN = 'LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0';
const PATH = `/.well-known/acme-challenge/${TOKEN}`;

/** A solver: it answers with what it was asked. */
const solver = () =>
  start(createServer(({ headers, url }, response) => void response.end(`solved ${headers.host} ${url}`)));

/** The answer over plain HTTP: its body, or where it redirects to; the code of the error where there is none. */
function asked(place: SimulatedEndpoint, host: string, path: string): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({ ...place, path, headers: { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        const { location } = response.headers;
        resolve(response.statusCode === 200 ? body : `${response.statusCode} ${location ?? ''}`.trim());
      });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });
}

async function startServed(settings: NonNullable<WorldOptions['settings']> = {}) {
  const backend = await solver();
  onTestFinished(() => backend.stop());
  const world = await startAudited(['east'], { settings, appliance: { resolveMember: async () => backend.endpoint } });
  onTestFinished(() => world.stop());
  const ask = (path: string, host = HOST, port = 80) =>
    asked(frontendEndpoint(world.appliance, `192.0.2.10:${port}`), host, path);
  return { world, ask };
}

const one = (token = TOKEN) => withChallenges(open('shop'), { host: HOST, token });
const redirected = (path: string, host = HOST) => `301 https://${host}${path}`;

describe('VAL-19: an Ingress whose redirect lets challenges through', () => {
  it('the solver answers the challenge, and everything else is redirected', async () => {
    const { world, ask } = await startServed();
    await world.say('east', one(), open('other'), state('plain', { annotations: REDIRECTS }));
    expect(await ask(PATH)).toBe(`solved ${HOST} ${PATH}`);
    expect(await ask(`${PATH}?query=1`)).toBe(`solved ${HOST} ${PATH}?query=1`);
    expect(await ask(PATH, 'SHOP.example.com:80')).toBe(`solved SHOP.example.com:80 ${PATH}`);
    for (const path of [
      '/',
      `${PATH}x`,
      `${PATH}/`,
      PATH.slice(0, -1),
      `/app${PATH}`,
      '/.well-known/acme-challenge/',
    ]) {
      expect(await ask(path)).toBe(redirected(path));
    }
    expect(await ask(PATH.toLowerCase())).toBe(redirected(PATH.toLowerCase()));
    for (const host of ['other.example.com', 'plain.example.com'])
      expect(await ask(PATH, host)).toBe(redirected(PATH, host));
    expect(await ask(PATH, 'unknown.example.com')).toBe('ECONNRESET');
    expect((await world.look()).findings).toEqual([]);
  });

  it('nothing changes without the annotation', async () => {
    const { world, ask } = await startServed();
    await world.say('east', state('shop', { annotations: REDIRECTS }));
    const before = world.objects();
    await world.say('east', withChallenges(state('shop', { annotations: REDIRECTS }), { host: HOST, token: TOKEN }));
    expect(world.objects()).toEqual(before);
    expect(await ask(PATH)).toBe(redirected(PATH));
  });

  it('a challenge comes and goes with few requests, and leaves nothing', async () => {
    const { world, ask } = await startServed();
    await world.say('east', open('shop'));
    const before = world.objects();
    world.requests();
    await world.sayAlone('east', one());
    const came = world.requests();
    expect(await ask(PATH)).toBe(`solved ${HOST} ${PATH}`);
    expect((await world.look()).findings).toEqual([]);
    world.requests();
    await world.sayAlone('east', open('shop'));
    const went = world.requests();
    expect(await ask(PATH)).toBe(redirected(PATH));
    expect(world.objects()).toEqual(before);
    expect((await world.look()).findings).toEqual([]);
    expect({ came: came.total, went: went.total }).toEqual({ came: 8, went: 8 });
  });

  it('the annotation comes and goes, and leaves what a redirect has', async () => {
    const { world, ask } = await startServed();
    await world.say('east', state('shop', { annotations: REDIRECTS }));
    const before = world.objects();
    await world.sayAlone('east', one());
    expect(await ask(PATH)).toBe(`solved ${HOST} ${PATH}`);
    await world.sayAlone('east', state('shop', { annotations: REDIRECTS }));
    expect(await ask(PATH)).toBe(redirected(PATH));
    expect(world.objects()).toEqual(before);
    expect((await world.look({}, NOW + 1)).findings).toEqual([]);
  });

  it('LIF-10: withdrawn, and nothing is left', async () => {
    const { world } = await startServed();
    await world.say('east', one());
    await world.withdraw('east', 'shop');
    expect(world.config()).toEqual([]);
  });

  it('CON-1: only the holder of the host answers, and the next one from the moment that it holds it', async () => {
    const { world, ask } = await startServed();
    const at = (name: string, token: string, created: number) =>
      withChallenges(open(name, { hosts: [HOST], created, namespace: 'default' }), {
        host: HOST,
        token,
        service: name,
      });
    await world.say('east', at('younger', 'younger', 2000), at('older', 'older', 1000));
    const path = (token: string) => `/.well-known/acme-challenge/${token}`;
    expect(await ask(path('older'))).toBe(`solved ${HOST} ${path('older')}`);
    expect(await ask(path('younger'))).toBe(redirected(path('younger')));
    await world.withdraw('east', 'older');
    expect(await ask(path('older'))).toBe(redirected(path('older')));
    expect(await ask(path('younger'))).toBe(`solved ${HOST} ${path('younger')}`);
    await world.sayAlone('east', state('older', { hosts: [HOST], annotations: REDIRECTS }));
    expect(await ask(path('younger'))).toBe(redirected(path('younger')));
    expect((await world.look({}, NOW + 1)).findings).toEqual([]);
  });

  it('a host moves to another secure port, and its challenge with it', async () => {
    const { world, ask } = await startServed();
    await world.say('east', one());
    const moved = open('shop', { annotations: { 'ingress.citrix.com/secure-port': '8443' } });
    await world.sayAlone('east', withChallenges(moved, { host: HOST, token: TOKEN }));
    expect(await ask(PATH)).toBe(`solved ${HOST} ${PATH}`);
    expect(await ask('/')).toBe(`301 https://${HOST}:8443/`);
    expect((await world.look({}, NOW + 1)).findings).toEqual([]);
  });

  it('the secure port 1 leaves the first priority to challenges', async () => {
    const { world, ask } = await startServed();
    const first = open('shop', { annotations: { 'ingress.citrix.com/secure-port': '1' } });
    await world.say('east', withChallenges(first, { host: HOST, token: TOKEN }));
    expect(await ask(PATH)).toBe(`solved ${HOST} ${PATH}`);
    expect(await ask('/')).toBe(`301 https://${HOST}:1/`);
  });

  it('a solver without a member: the path is redirected; with its first member it answers', async () => {
    const { world, ask } = await startServed();
    const solved = (members: { address: string; port: number }[]) =>
      withChallenges(open('shop'), { host: HOST, token: TOKEN, members });
    await world.say('east', solved([]));
    expect(await ask(PATH)).toBe(redirected(PATH));
    await world.sayAlone('east', solved([{ address: '10.9.0.1', port: 8089 }]));
    expect(await ask(PATH)).toBe(`solved ${HOST} ${PATH}`);
    await world.sayAlone('east', solved([]));
    expect(await ask(PATH)).toBe(redirected(PATH));
    expect((await world.look({}, NOW + 1)).findings).toEqual([]);
  });

  it.each([
    ['the policy of content switching', 'cspolicy'],
    ['the row of a challenge', 'row'],
    ['the group of a solver', 'group'],
  ])('LIF-7: %s that is removed by hand is found and repaired', async (_what, which) => {
    const { world, ask } = await startServed();
    await world.say('east', one());
    const before = world.objects();
    if (which === 'cspolicy') {
      const name = 'nsp-challenges-192.0.2.10-80';
      await world.client.remove([
        {
          type: 'csvserver_cspolicy_binding',
          name: ['name', 'nsp-192.0.2.10-80'],
          args: { policyname: name, priority: 1 },
        },
        { type: 'cspolicy', name: ['policyname', name], args: {} },
      ]);
    } else if (which === 'row') {
      const rows = await world.client.rows('policystringmap_pattern_binding', { name: 'nsp_f_192_0_2_10_80' });
      const key = rows.map((row) => String(row.key)).find((each) => each.endsWith(`:${HOST}:${TOKEN}`)) ?? '';
      await world.client.remove([
        { type: 'policystringmap_pattern_binding', name: ['name', 'nsp_f_192_0_2_10_80'], args: { key } },
      ]);
    } else {
      const [line] = world.config().filter((text) => /^add serviceGroup \S+ HTTP/.test(text));
      const name = line?.split(' ')[2] ?? '';
      await world.client.remove([{ type: 'servicegroup', name: ['servicegroupname', name], args: {} }]);
    }
    expect(await ask(PATH)).not.toContain('solved');
    const report = await world.look();
    expect(report.findings).not.toEqual([]);
    await world.answer(report);
    expect(await ask(PATH)).toBe(`solved ${HOST} ${PATH}`);
    expect(world.objects()).toEqual(before);
    expect((await world.look({}, NOW + 1)).findings).toEqual([]);
  });

  it('LIF-1: the same again writes nothing, and a verification finds nothing to do', async () => {
    const { world } = await startServed();
    await world.say('east', one());
    world.requests();
    await world.deliver(snapshot(world.lastSequence() + 1, [one()], { cluster: 'east', uid: 'uid-east' }));
    expect(world.requests().writes).toBe(0);
    const { outcomes } = await world.deliver(
      snapshot(world.lastSequence() + 2, [one()], { cluster: 'east', uid: 'uid-east', verify: ['appliance'] }),
    );
    expect(outcomes[0]).toMatchObject({ detailType: 'Ingress Programmed', data: { hosts: [HOST], changes: [] } });
  });

  it('LIF-6: the prune guard counts no challenge', async () => {
    const { world, ask } = await startServed({ prune: { percent: 10, minimum: 1 } });
    await world.say('east', one());
    await world.say('east', open('shop'));
    expect(await ask(PATH)).toBe(redirected(PATH));
  });

  it('LIF-10: nspass remove leaves nothing', async () => {
    const { world } = await startServed();
    await world.say('east', one(), open('other'));
    const plan = await planRemoval(world.client, 'nsp');
    expect(await removeEverything(world.client, 'nsp', plan)).toMatchObject({ refused: [], left: false });
    expect(world.appliance.runningConfig()).not.toMatch(/nsp[-_]/);
  });

  it('a user with the command policies of an earlier version: only the Ingresses that let challenges through fail', async () => {
    const login = { username: 'engine', password: 'engine-secret' };
    const policies = commandPolicies('nsp').map(({ name, spec }) => ({
      name,
      spec: spec.replaceAll(/cs (action|policy)\|/g, '').replaceAll('"', '\\"'),
    }));
    expect(policies.map(({ spec }) => spec).join()).not.toMatch(/cs (action|policy)/);
    const world = await startAudited(['east'], {
      appliance: {
        config: [
          ...policies.map(({ name, spec }) => `add system cmdPolicy ${name} ALLOW "${spec}"`),
          `add system user ${login.username} ${login.password}`,
          ...policies.map(({ name }, index) => `bind system user ${login.username} ${name} ${index + 1}`),
        ].join('\n'),
      },
      between: (transport) => (call) => transport(call.path === 'config/login' ? { ...call, body: { login } } : call),
    });
    onTestFinished(() => world.stop());
    await world.say('east', state('plain', { annotations: REDIRECTS }));
    expect((await world.look()).findings).toEqual([]);
    const other = open('other', { vip: '192.0.2.11' });
    const { outcomes } = await world.deliver(
      snapshot(world.lastSequence() + 1, [state('plain', { annotations: REDIRECTS }), other], {
        cluster: 'east',
        uid: 'uid-east',
      }),
    );
    const said = outcomes.flatMap(({ detailType, data }) => ('name' in data ? [`${data.name} ${detailType}`] : []));
    expect(said).toEqual(['other Ingress Failed']);
    expect(JSON.stringify(outcomes)).toContain('"reason":"add cs action nsp-challenges-192.0.2.11-80 ');
  });

  it('annotations of both: TLS settings do not reach the solver', async () => {
    const { world, ask } = await startServed();
    const annotations = {
      ...LETS_THROUGH,
      'netscaler-passthrough/proxy-protocol': 'v2',
      'netscaler-passthrough/allow-sources': '203.0.113.0/24',
    };
    await world.say('east', withChallenges(open('shop', { annotations }), { host: HOST, token: TOKEN }));
    expect(await ask(PATH)).toBe(`solved ${HOST} ${PATH}`);
  });
});
