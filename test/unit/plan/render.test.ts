import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../lib/netscaler/index.ts';
import { batchChanges, type Change, order, render } from '../../../lib/plan/index.ts';
import { startSimulator } from '../../../lib/simulator/index.ts';
import { routesOf } from './routes.ts';
import { PureWorld } from './world.ts';

const change = (
  op: Change['op'],
  type: Resource['type'],
  id: Resource['id'],
  attributes: Resource['attributes'] = {},
): Change => ({ op, resource: { role: 'policy', type, id, attributes, owners: [] } });

const BINDING = { vservername: 'v', policyname: 'p', type: 'CLIENTHELLO_REQ' };
const REDIRECT = { name: 'v', policyname: 'p', bindpoint: 'REQUEST' };
const GROUP = { servicegroupname: 'g' };

describe('a change as a line of the appliance’s command language', () => {
  const lines: [Change, string][] = [
    [change('add', 'policystringmap', { name: 'm' }, { comment: 'c d' }), 'add policy stringmap m -comment "c d"'],
    [change('remove', 'policystringmap', { name: 'm' }), 'rm policy stringmap m'],
    [
      change('add', 'policystringmap_pattern_binding', { name: 'm', key: '*.a.example' }, { value: 'b', comment: 'c' }),
      'bind policy stringmap m *.a.example b -comment c',
    ],
    [
      change(
        'remove',
        'policystringmap_pattern_binding',
        { name: 'm', key: 'a.example' },
        { value: 'b', comment: 'c' },
      ),
      'unbind policy stringmap m a.example',
    ],
    [
      change('add', 'nstcpprofile', { name: 'p' }, { establishclientconn: 'CONN_ESTABLISHED' }),
      'add ns tcpProfile p -establishclientconn CONN_ESTABLISHED',
    ],
    [
      change('add', 'sslcertkey', { certkey: 'k' }, { cert: 'k.crt', key: 'k.key' }),
      'add ssl certKey k -cert k.crt -key k.key',
    ],
    [
      change(
        'add',
        'csvserver',
        { name: 'v' },
        { servicetype: 'SSL', ipv46: '2001:db8::1', port: 443, clttimeout: 9000 },
      ),
      'add cs vserver v SSL 2001:db8::1 443 -clttimeout 9000',
    ],
    [
      change('set', 'csvserver', { name: 'v' }, { ipv46: '192.0.2.1', clttimeout: 60 }),
      'set cs vserver v -IPAddress 192.0.2.1 -clttimeout 60',
    ],
    [
      change('unset', 'csvserver', { name: 'v' }, { ipset: '', clttimeout: '' }),
      'unset cs vserver v -ipset -clttimeout',
    ],
    [change('remove', 'csvserver', { name: 'v' }, { servicetype: 'SSL' }), 'rm cs vserver v'],
    [
      change('add', 'sslvserver_sslcertkey_binding', { vservername: 'v', certkeyname: 'k' }),
      'bind ssl vserver v -certkeyName k',
    ],
    [
      change('remove', 'sslvserver_sslcertkey_binding', { vservername: 'v', certkeyname: 'k' }),
      'unbind ssl vserver v -certkeyName k',
    ],
    [
      change('add', 'sslvserver_sslpolicy_binding', BINDING, { priority: 2 }),
      'bind ssl vserver v -policyName p -type CLIENTHELLO_REQ -priority 2',
    ],
    [
      change('remove', 'sslvserver_sslpolicy_binding', BINDING, { priority: 2, more: 'x' }),
      'unbind ssl vserver v -policyName p -type CLIENTHELLO_REQ -priority 2',
    ],
    [
      change('remove', 'sslvserver_sslpolicy_binding', BINDING),
      'unbind ssl vserver v -policyName p -type CLIENTHELLO_REQ',
    ],
    [
      change('add', 'sslpolicy', { name: 'p' }, { rule: 'a.EQ("b\\c")', action: 'RESET' }),
      'add ssl policy p -rule "a.EQ(\\"b\\\\c\\")" -action RESET',
    ],
    [change('set', 'sslpolicy', { name: 'p' }, { action: 'RESET' }), 'set ssl policy p -action RESET'],
    [change('add', 'sslaction', { name: 'a' }, { forward: 'b' }), 'add ssl action a -forward b'],
    [change('remove', 'sslaction', { name: 'a' }, { forward: 'b' }), 'rm ssl action a'],
    [
      change('add', 'lbvserver', { name: 'b' }, { servicetype: 'TCP', lbmethod: 'TOKEN' }),
      'add lb vserver b TCP -lbmethod TOKEN',
    ],
    [change('set', 'lbvserver', { name: 'b' }, { lbmethod: 'TOKEN' }), 'set lb vserver b -lbmethod TOKEN'],
    [
      change('add', 'servicegroup', GROUP, { servicetype: 'TCP', autoscale: 'API' }),
      'add serviceGroup g TCP -autoscale API',
    ],
    [change('set', 'servicegroup', GROUP, { clttimeout: 60 }), 'set serviceGroup g -clttimeout 60'],
    [change('add', 'lbvserver_servicegroup_binding', { name: 'b', servicegroupname: 'g' }), 'bind lb vserver b g'],
    [change('remove', 'lbvserver_servicegroup_binding', { name: 'b', servicegroupname: 'g' }), 'unbind lb vserver b g'],
    [
      change('add', 'lbmonitor', { monitorname: 'm', type: 'HTTP' }, { interval: 5 }),
      'add lb monitor m HTTP -interval 5',
    ],
    [
      change('set', 'lbmonitor', { monitorname: 'm', type: 'HTTP' }, { interval: 5 }),
      'set lb monitor m HTTP -interval 5',
    ],
    [
      change('add', 'servicegroup_lbmonitor_binding', { servicegroupname: 'g', monitor_name: 'm' }),
      'bind serviceGroup g -monitorName m',
    ],
    [
      change('members', 'servicegroup_servicegroupmemberlist_binding', GROUP, { members: '10.0.0.1 1\n2001:db8::1 2' }),
      'set serviceGroup g members: 10.0.0.1:1 [2001:db8::1]:2',
    ],
    [
      change('members', 'servicegroup_servicegroupmemberlist_binding', GROUP, { members: '10.0.0.1 1 3\n10.0.0.2 2' }),
      'set serviceGroup g members: 10.0.0.1:1(weight=3) 10.0.0.2:2',
    ],
    [
      change('members', 'servicegroup_servicegroupmemberlist_binding', GROUP, { members: '' }),
      'set serviceGroup g members: (none)',
    ],
    [
      change(
        'add',
        'responderaction',
        { name: 'a' },
        { type: 'redirect', target: '"https://" + X', responsestatuscode: 301 },
      ),
      'add responder action a redirect "\\"https://\\" + X" -responsestatuscode 301',
    ],
    [change('set', 'responderaction', { name: 'a' }, { target: 'X' }), 'set responder action a -target X'],
    [
      change('add', 'responderpolicy', { name: 'p' }, { rule: 'true', action: 'RESET', comment: 'c' }),
      'add responder policy p true RESET -comment c',
    ],
    [change('set', 'responderpolicy', { name: 'p' }, { rule: 'true' }), 'set responder policy p -rule true'],
    [
      change('add', 'csvserver_responderpolicy_binding', REDIRECT, { priority: 443, gotopriorityexpression: 'END' }),
      'bind cs vserver v -policyName p -type REQUEST -priority 443 -gotopriorityexpression END',
    ],
    [
      change('remove', 'csvserver_responderpolicy_binding', REDIRECT, { priority: 443, gotopriorityexpression: 'END' }),
      'unbind cs vserver v -policyName p -type REQUEST -priority 443',
    ],
  ];

  it.each(lines.map(([what, line]) => ({ what, line })))('$line', ({ what, line }) => {
    expect(render(what)).toBe(line);
  });
});

describe('a whole plan in that language', () => {
  it('is read by an appliance, and says what the plan says', async () => {
    const world = new PureWorld(60);
    const changes = world.bring(
      [
        routesOf({ name: 'a', hosts: { 'x.example.com': 'web', '*.example.com': 'api' }, redirect: true }),
        routesOf({ name: 'b', vip: '2001:db8::1', settings: { monitor: { type: 'HTTP', interval: 6 } }, members: 0 }),
      ].map((routes) => ({ owner: routes.owner, routes })),
      'verify',
    );
    const lines = batchChanges(order(changes))
      .flatMap((call) => call.changes)
      .filter(({ op }) => op === 'add')
      // The placeholder's files are not there.
      .filter(({ resource: { type } }) => !type.includes('sslcertkey'))
      .map(render);
    const appliance = await startSimulator({ config: ['enable ns feature LB CS SSL RESPONDER', ...lines].join('\n') });
    try {
      expect(appliance.problems).toEqual([]);
      const running = appliance.runningConfig().split('\n').map(words);
      expect(lines.filter((line) => !running.some((there) => words(line).isSubsetOf(there)))).toEqual([]);
    } finally {
      await appliance.stop();
    }
  });
});

/** The words of a line whatever their order, capitals and quotation marks: the simulator sorts options and adds defaults. */
function words(line: string): Set<string> {
  const all = line.toLowerCase().match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [];
  return new Set(all.map((word) => word.replaceAll(/^"|"$/g, '')));
}
