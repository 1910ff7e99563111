import { afterEach, describe, expect, it } from 'vitest';
import { startWorld, type World, type WorldOptions } from '../../support/engine.ts';
import { changed, state } from '../../support/events.ts';

/** A plan applied leaves an empty plan: what was written is read back as it was meant, whatever the appliance shows. */

let world: World;
const start = async (options: WorldOptions = {}): Promise<void> => {
  world = await startWorld(options);
};
afterEach(() => world.stop());

const verify = { verify: ['appliance'] };
const json = (value: unknown): string => JSON.stringify({ web: value });

const CASES: [name: string, annotations: Record<string, string>, shows: RegExp][] = [
  ['no settings', {}, /add lb vserver nsp-default-a/],
  [
    'a monitor with minutes',
    { monitor: json({ type: 'tcp', interval: '120', resptimeout: '60' }) },
    /add lb monitor nsp-\S+ TCP -interval 120 -respTimeout 60/,
  ],
  [
    'a monitor with a list of codes',
    { monitor: json({ type: 'http', respcode: '200,301-302', interval: '30' }) },
    /add lb monitor nsp-\S+ HTTP .*-respCode 200 301-302/i,
  ],
  [
    'a balancing method',
    { lbvserver: json({ lbmethod: 'ROUNDROBIN', persistencetype: 'SOURCEIP', timeout: '10' }) },
    /-lbMethod ROUNDROBIN/,
  ],
  ['group settings', { servicegroup: json({ usip: 'NO', maxclient: '100' }) }, /-maxClient 100/],
  ['a redirect', { 'insecure-termination': 'redirect' }, /add responder action/],
];

/** Those of the attributes that an operator has to admit. */
const RULES = {
  hostOwnership: [],
  ipsets: [],
  allowedAttributes: { monitor: ['type', 'interval', 'resptimeout', 'respcode'] },
};

const annotated = (annotations: Record<string, string>) =>
  Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`ingress.citrix.com/${key}`, value]));

describe.each(['14.1-51.80', '13.0-41.28'])('%s', (version) => {
  it.each(CASES)('%s: programmed, and verified without a write', async (_name, annotations, shows) => {
    await start({ appliance: { version }, settings: { drainSeconds: 60, rules: RULES } });
    const wanted = state('a', {
      annotations: annotated(annotations),
      hosts: ['a.example.com', '*.a.example.com'],
      members: ['10.1.0.1', '2001:db8::1'],
    });
    const first = await world.deliver(changed(10, wanted));
    expect(first.outcomes).toMatchObject([{ detailType: 'Ingress Programmed' }]);
    const before = world.config();
    expect(before.join('\n')).toMatch(shows);
    const again = await world.deliver(changed(11, wanted, verify));
    expect(again.changes).toEqual([]);
    expect(world.config()).toEqual(before);
  });

  it('members come and go without the group being made anew', async () => {
    await start({ appliance: { version }, settings: { drainSeconds: 0 } });
    await world.deliver(changed(10, state('a', { members: ['10.1.0.1', '10.1.0.2'] })));
    const { changes } = await world.deliver(changed(11, state('a', { members: ['10.1.0.2', '10.1.0.3'] })));
    expect(changes.map(({ op }) => op)).toEqual(['members']);
    const bound = world
      .config()
      .filter((line) => /bind serviceGroup .* 10\.1\.0\./.test(line) && !/DISABLED/.test(line));
    expect(bound.map((line) => /10\.1\.0\.\d/.exec(line)?.[0])).toEqual(['10.1.0.2', '10.1.0.3']);
  });
});
