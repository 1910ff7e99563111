import { describe, expect, it } from 'vitest';
import { httpRules, tlsRules } from '../../../lib/netscaler/expressions.ts';
import {
  closingPolicies,
  type FrontendUse,
  frontendMap,
  frontendMark,
  frontendResources,
  LEVELS,
  LIMITS,
  PRIORITY,
  READY_KEY,
  systemResources,
} from '../../../lib/netscaler/index.ts';
import type { Frontend } from '../../../lib/route/index.ts';
import { attributesOf, CONTEXT, outline } from './support.ts';

const TLS: Frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' };
const HTTP: Frontend = { vip: '192.0.2.10', port: 80, kind: 'http' };
const use = (frontend: Frontend, more: Partial<FrontendUse> = {}): FrontendUse => ({
  frontend,
  owners: ['o'],
  securePorts: [],
  manyLabels: false,
  listener: false,
  challenges: false,
  ...more,
});
const all = (frontend: Frontend, more?: Partial<FrontendUse>) => frontendResources(CONTEXT, use(frontend, more));

describe('a TLS front end (objects.md)', () => {
  const resources = () => all(TLS);
  const NAME = 'nsp-192.0.2.10-443';
  const MAP = 'nsp_f_192_0_2_10_443';

  it('is a server, its closing policies, and last what brings it up', () => {
    expect(outline(resources())).toEqual([
      `csvserver csvserver ${NAME}`,
      'front-end-policy sslpolicy nsp-gate-192.0.2.10-443',
      'front-end-policy sslpolicy nsp-exact-192.0.2.10-443',
      `front-end-binding sslvserver_sslpolicy_binding ${NAME} nsp-gate-192.0.2.10-443 CLIENTHELLO_REQ`,
      `front-end-binding sslvserver_sslpolicy_binding ${NAME} nsp-exact-192.0.2.10-443 CLIENTHELLO_REQ`,
      `front-end-binding sslvserver_sslpolicy_binding ${NAME} nsp-reset CLIENTHELLO_REQ`,
      `certificate sslvserver_sslcertkey_binding ${NAME} nsp-placeholder`,
      `ready policystringmap_pattern_binding ${MAP} ${READY_KEY}`,
    ]);
  });

  it('says what it is', () => {
    expect(attributesOf(resources(), 'csvserver')).toEqual({
      servicetype: 'SSL',
      ipv46: '192.0.2.10',
      port: 443,
      clttimeout: 9000,
      tcpprofilename: 'nsp-tcp',
      comment: frontendMark('nsp', TLS),
    });
    const policies = resources()
      .filter(({ role }) => role === 'front-end-policy')
      .map(({ attributes }) => attributes);
    const closes = { action: 'RESET', undefaction: 'RESET', comment: frontendMark('nsp', TLS) };
    expect(policies).toEqual([
      { rule: tlsRules.gate(MAP), ...closes },
      { rule: tlsRules.exactKey(MAP), ...closes },
    ]);
    expect(attributesOf(resources(), 'ready')).toEqual({ value: 'tls', comment: frontendMark('nsp', TLS) });
    expect(attributesOf(resources(), 'certificate')).toEqual({});
  });

  it('TLS-2, VAL-8: gate, exact tier, exact reset, wildcard tier, reset', () => {
    const priorities = resources()
      .filter(({ role }) => role === 'front-end-binding')
      .map(({ attributes }) => attributes.priority);
    expect(priorities).toEqual([1, 31_999, 64_000]);
    const { gate, exact, exactReset, wildcard, reset } = PRIORITY;
    expect([gate + 1, exact.last + 1, exactReset + 1, LIMITS.sslPriority]).toEqual([
      exact.first,
      exactReset,
      wildcard.first,
      reset,
    ]);
  });

  it('VAL-8: with many-label wildcards, a wider gate, and a reset behind each tier', () => {
    const set = all(TLS, { manyLabels: true });
    const closes = { action: 'RESET', undefaction: 'RESET', comment: frontendMark('nsp', TLS) };
    const rules = new Map(
      set.flatMap(({ role, id, attributes }) => (role === 'front-end-policy' ? [[id.name, attributes]] : [])),
    );
    const bound = set.flatMap(({ role, id, attributes }) =>
      role === 'front-end-binding' ? [[attributes.priority, id.policyname]] : [],
    );
    expect(bound).toEqual([
      [1, 'nsp-gate-192.0.2.10-443'],
      [31_999, 'nsp-exact-192.0.2.10-443'],
      [51_999, 'nsp-wildcard-192.0.2.10-443'],
      [53_999, 'nsp-wildcard1-192.0.2.10-443'],
      [55_999, 'nsp-wildcard2-192.0.2.10-443'],
      [57_999, 'nsp-wildcard3-192.0.2.10-443'],
      [59_999, 'nsp-wildcard4-192.0.2.10-443'],
      [61_999, 'nsp-wildcard5-192.0.2.10-443'],
      [64_000, 'nsp-reset'],
    ]);
    expect([...rules]).toEqual([
      ['nsp-gate-192.0.2.10-443', { rule: tlsRules.wideGate(MAP), ...closes }],
      ['nsp-exact-192.0.2.10-443', { rule: tlsRules.exactKey(MAP), ...closes }],
      ['nsp-wildcard-192.0.2.10-443', { rule: tlsRules.wildcardKey(MAP), ...closes }],
      ...LEVELS.slice(0, -1).map((level) => [
        `nsp-wildcard${level}-192.0.2.10-443`,
        { rule: tlsRules.levelKey(MAP, level), ...closes },
      ]),
    ]);
    expect(attributesOf(set, 'ready')).toEqual({ value: 'tls **', comment: frontendMark('nsp', TLS) });
    expect(closingPolicies(CONTEXT.names, TLS)).toEqual([...rules.keys()]);
  });

  it('CON-5: takes settings beside its own, and never another mark', () => {
    const set = all(TLS, { settings: { clttimeout: 60, comment: 'mine' }, unset: ['httpprofilename'] });
    expect(attributesOf(set, 'csvserver')).toMatchObject({ clttimeout: 60, comment: frontendMark('nsp', TLS) });
    expect(set.find(({ role }) => role === 'csvserver')?.unset).toEqual(['httpprofilename']);
    expect(resources().find(({ role }) => role === 'csvserver')).not.toHaveProperty('unset');
  });

  it('its map is marked', () => {
    expect(frontendMap(CONTEXT, use(TLS))).toEqual({
      role: 'front-end-map',
      type: 'policystringmap',
      id: { name: MAP },
      attributes: { comment: frontendMark('nsp', TLS) },
      owners: ['o'],
    });
  });
});

describe('VAL-11: a front end that redirects', () => {
  const resources = () => all(HTTP, { securePorts: [443, 8443] });
  const NAME = 'nsp-192.0.2.10-80';
  const MAP = 'nsp_f_192_0_2_10_80';
  const part = (port: number, letter = ''): string => `nsp-redirect-${port}${letter}-192.0.2.10-80`;

  it('has an action and two policies for each secure port, exact ones before wildcards, and a reset', () => {
    expect(outline(resources())).toEqual([
      `csvserver csvserver ${NAME}`,
      ...[443, 8443].flatMap((port) => [
        `action responderaction ${part(port)}`,
        `front-end-policy responderpolicy ${part(port, '-x')}`,
        `front-end-policy responderpolicy ${part(port, '-w')}`,
      ]),
      ...[443, 8443].flatMap((port) => [
        `front-end-binding csvserver_responderpolicy_binding ${NAME} ${part(port, '-x')} REQUEST`,
        `front-end-binding csvserver_responderpolicy_binding ${NAME} ${part(port, '-w')} REQUEST`,
      ]),
      `front-end-binding csvserver_responderpolicy_binding ${NAME} nsp-reset-http REQUEST`,
      `ready policystringmap_pattern_binding ${MAP} ${READY_KEY}`,
    ]);
    const bindings = resources().filter(({ role }) => role === 'front-end-binding');
    expect(bindings.map(({ attributes }) => attributes.priority)).toEqual([443, 100_443, 8443, 108_443, 200_000]);
    expect(new Set(bindings.map(({ attributes }) => attributes.gotopriorityexpression))).toEqual(new Set(['END']));
  });

  it('says what it is', () => {
    const comment = frontendMark('nsp', HTTP);
    expect(attributesOf(resources(), 'csvserver')).toEqual({
      servicetype: 'HTTP',
      ipv46: '192.0.2.10',
      port: 80,
      comment,
    });
    const one = all(HTTP, { securePorts: [8443] });
    expect(attributesOf(one, 'action')).toEqual({
      type: 'redirect',
      target: httpRules.target(8443),
      responsestatuscode: 301,
      comment,
    });
    expect(one.filter(({ role }) => role === 'front-end-policy').map(({ attributes }) => attributes)).toEqual([
      { rule: httpRules.exact(MAP, 8443), action: part(8443), comment },
      { rule: httpRules.wildcard(MAP, 8443), action: part(8443), comment },
    ]);
    expect(attributesOf(resources(), 'ready').value).toBe('http 443 8443');
  });
});

describe('what exists once for the system', () => {
  const tls = ['system nstcpprofile nsp-tcp', 'system sslcertkey nsp-placeholder', 'system-policy sslpolicy nsp-reset'];
  const http = ['system-policy responderpolicy nsp-reset-http'];

  it.each<[string, Frontend['kind'][], string[]]>([
    ['for TLS', ['tls'], tls],
    ['for redirects', ['http'], http],
    ['for both', ['tls', 'http'], [...tls, ...http]],
    ['for nothing', [], []],
  ])('%s', (_what, kinds, expected) => {
    const resources = systemResources(CONTEXT, new Set(kinds));
    expect(outline(resources)).toEqual(expected);
    expect(resources.flatMap(({ owners }) => owners)).toEqual([]);
  });

  it('says what it is: TLS-5 needs the profile, TLS-4 the reset', () => {
    const byType = new Map(
      systemResources(CONTEXT, new Set(['tls', 'http'])).map(({ type, attributes }) => [type, attributes]),
    );
    expect(byType.get('nstcpprofile')).toEqual({ establishclientconn: 'CONN_ESTABLISHED' });
    expect(byType.get('sslcertkey')).toEqual({ cert: 'nsp-placeholder.crt', key: 'nsp-placeholder.key' });
    expect(byType.get('sslpolicy')).toEqual({
      rule: 'true',
      action: 'RESET',
      undefaction: 'RESET',
      comment: 'nsp1;s=nsp',
    });
    expect(byType.get('responderpolicy')).toEqual({ rule: 'true', action: 'RESET', comment: 'nsp1;s=nsp' });
  });
});
