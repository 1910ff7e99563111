import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { tlsRules } from '../../../lib/netscaler/expressions.ts';
import {
  type BackendUse,
  backendId,
  backendName,
  backendResources,
  LEVELS,
  ownerMark,
  policyBindings,
  proxyProfile,
} from '../../../lib/netscaler/index.ts';
import type { HostForm } from '../../../lib/route/index.ts';
import { attributesOf, CONTEXT, outline } from './support.ts';

const OWNER = { cluster: 'c', namespace: 'n', name: 'i' };
const OF = [ownerKey(OWNER)];
const COMMENT = ownerMark('nsp', OWNER);

const EXACT = new Set<HostForm>(['exact']);
const ONE_LABEL = new Set<HostForm>(['one-label']);
const MANY_LABEL = new Set<HostForm>(['many-label']);
const BOTH = new Set<HostForm>(['one-label', 'exact']);

const use = (more: Partial<BackendUse> = {}): BackendUse => ({
  owner: OWNER,
  key: { service: 'web', port: '443', frontendKey: '192.0.2.10_443', settings: '' },
  settings: {},
  members: [{ address: '10.0.0.1', port: 8443 }],
  frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
  forms: EXACT,
  ...more,
});
const NAME = backendName(CONTEXT, use());
const ID = backendId(ownerKey(OWNER), use().key);
const VSERVER = 'nsp-192.0.2.10-443';

const all = (more?: Partial<BackendUse>) => backendResources(CONTEXT, use(more));

describe('the objects of a back end (objects.md)', () => {
  const plain = [
    `lbvserver lbvserver ${NAME}`,
    `service-group servicegroup ${NAME}`,
    `group-binding lbvserver_servicegroup_binding ${NAME} ${NAME}`,
    `action sslaction ${NAME}`,
  ];
  const members = `members servicegroup_servicegroupmemberlist_binding ${NAME}`;
  const monitor = [`monitor lbmonitor ${NAME} HTTP`, `monitor-binding servicegroup_lbmonitor_binding ${NAME} ${NAME}`];

  it.each<[string, Partial<BackendUse>, string[]]>([
    ['of exact hosts', {}, [...plain, `policy sslpolicy ${NAME}`, members]],
    ['of wildcards', { forms: ONE_LABEL }, [...plain, `policy sslpolicy ${NAME}-w`, members]],
    ['of both', { forms: BOTH }, [...plain, `policy sslpolicy ${NAME}`, `policy sslpolicy ${NAME}-w`, members]],
    [
      'of many-label wildcards: a policy for each level',
      { forms: MANY_LABEL },
      [...plain, ...LEVELS.map((level) => `policy sslpolicy ${NAME}-w${level}`), members],
    ],
    [
      'with a monitor',
      { settings: { monitor: { type: 'HTTP', interval: 5 } } },
      [...monitor, ...plain, `policy sslpolicy ${NAME}`, members],
    ],
  ])('%s', (_what, more, expected) => {
    expect(outline(all(more))).toEqual(expected);
  });

  it('say what they are', () => {
    const resources = all();
    expect(attributesOf(resources, 'lbvserver')).toEqual({
      servicetype: 'TCP',
      persistencetype: 'NONE',
      clttimeout: 9000,
      downstateflush: 'DISABLED',
      comment: COMMENT,
    });
    expect(attributesOf(resources, 'service-group')).toEqual({
      servicetype: 'TCP',
      autoscale: 'API',
      clttimeout: 9000,
      svrtimeout: 9000,
      downstateflush: 'DISABLED',
      autodisablegraceful: 'YES',
      autodisabledelay: 60,
      comment: COMMENT,
    });
    expect(attributesOf(resources, 'action')).toEqual({ forward: NAME });
    expect(attributesOf(resources, 'group-binding')).toEqual({});
    expect(attributesOf(resources, 'policy')).toEqual({
      rule: tlsRules.exact('nsp_f_192_0_2_10_443', ID),
      action: NAME,
      undefaction: 'RESET',
      comment: COMMENT,
    });
    expect(attributesOf(resources, 'members')).toEqual({ members: '10.0.0.1 8443' });
    expect(attributesOf(all({ forms: ONE_LABEL }), 'policy').rule).toBe(tlsRules.wildcard('nsp_f_192_0_2_10_443', ID));
  });

  it.each(['v1', 'v2'] as const)('VAL-18: a group names the net profile of the system for %s', (proxyProtocol) => {
    const { names } = CONTEXT;
    const profile = proxyProfile(names, proxyProtocol, ['k']);
    expect(profile).toMatchObject({ role: 'system', id: { name: `nsp-proxy-${proxyProtocol}` }, owners: ['k'] });
    expect(profile.attributes).toEqual({
      proxyprotocol: 'ENABLED',
      proxyprotocoltxversion: proxyProtocol.toUpperCase(),
    });
    expect(attributesOf(all({ settings: { proxyProtocol } }), 'service-group').netprofile).toBe(profile.id.name);
  });

  it('VAL-13: settings override the defaults, and never the mark', () => {
    const resources = all({
      settings: {
        lbvserver: { lbmethod: 'LEASTCONNECTION', clttimeout: 60, comment: 'mine' },
        servicegroup: { usip: 'YES', svrtimeout: 60, comment: 'mine' },
        monitor: { interval: 5 },
      },
    });
    expect(attributesOf(resources, 'lbvserver')).toMatchObject({
      lbmethod: 'LEASTCONNECTION',
      clttimeout: 60,
      comment: COMMENT,
    });
    expect(attributesOf(resources, 'service-group')).toMatchObject({ usip: 'YES', svrtimeout: 60, comment: COMMENT });
    expect(attributesOf(resources, 'monitor')).toEqual({ interval: 5 });
    expect(resources.find(({ role }) => role === 'monitor')?.id).toEqual({ monitorname: NAME, type: 'TCP' });
  });

  it('belong to their owner alone', () => {
    const resources = [...all({ settings: { monitor: {} }, forms: BOTH }), ...policyBindings(CONTEXT, use())];
    expect(resources.filter(({ owners }) => owners.join() !== OF.join())).toEqual([]);
  });
});

describe('the policies’ places', () => {
  const binding = (policy: string): string =>
    `policy-binding sslvserver_sslpolicy_binding ${VSERVER} ${policy} CLIENTHELLO_REQ`;

  it.each<[string, Partial<BackendUse>, string[]]>([
    ['of exact hosts', {}, [binding(NAME)]],
    ['of wildcards', { forms: ONE_LABEL }, [binding(`${NAME}-w`)]],
    ['of both', { forms: BOTH }, [binding(NAME), binding(`${NAME}-w`)]],
    [
      'of many-label wildcards',
      { forms: new Set<HostForm>(['many-label', 'exact']) },
      [binding(NAME), ...LEVELS.map((level) => binding(`${NAME}-w${level}`))],
    ],
    ['VAL-8: of a back end without members: none', { members: [], forms: BOTH }, []],
  ])('%s', (_what, more, expected) => {
    expect(outline(policyBindings(CONTEXT, use(more)))).toEqual(expected);
  });
});
