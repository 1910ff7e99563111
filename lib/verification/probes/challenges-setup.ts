import { challengeKey, httpRules, redirectValue } from '../../netscaler/expressions.ts';
import type { NitroRow } from '../../nitro/index.ts';
import { CHALLENGE_PREFIX } from '../../route/index.ts';
import { MARK, own, ownMap } from '../names.ts';
import type { ProbeObject, VerificationSettings } from '../settings.ts';
import type { ProbeTools } from '../tools.ts';
import { refusalOf } from './steps.ts';

const SERVER = own('plain');
const TARGET = own('solver');
const SWITCHED = own('switched');
const COMPUTED = own('computed');
const REDIRECT = own('redirect');
const PASS = own('pass');
const ROWS = ownMap('challenges');

/** Hosts of requests: content switching sends one to a server that it names, and one to a server that it computes. */
export const WEB_HOSTS = {
  switched: 'switched.nspassverify.invalid',
  computed: 'computed.nspassverify.invalid',
} as const;

/** Paths of requests: the redirect takes all that begin like a challenge, but for those that pass before it. */
export const PATHS = {
  plain: '/',
  redirected: '/.well-known/nspassverify',
  challenge: `${CHALLENGE_PREFIX}nspassverify`,
} as const;

/** Stands for the key of an Ingress. */
const OWNER = 'nspassverify';

/** Returns every object of the challenges. What stands in the way of the next probe is removed by this one. */
export function challengeObjects({ frontEnd, backEndAddress }: VerificationSettings): ProbeObject[] {
  if (frontEnd === undefined || backEndAddress === undefined) return [];
  const { address, port } = frontEnd;
  return [
    { type: 'server', name: TARGET, detail: backEndAddress, removed: true },
    { type: 'servicegroup', name: TARGET, detail: '1 member', removed: true },
    { type: 'lbvserver', name: TARGET, detail: 'without an address; its service group' },
    { type: 'csvserver', name: SERVER, detail: `${address} port ${port}, plain HTTP; its policies`, removed: true },
    { type: 'csaction', name: SWITCHED },
    { type: 'cspolicy', name: SWITCHED },
    { type: 'policystringmap', name: ROWS, detail: '2 entries' },
    { type: 'csaction', name: COMPUTED },
    { type: 'cspolicy', name: COMPUTED },
    { type: 'responderaction', name: REDIRECT },
    { type: 'responderpolicy', name: REDIRECT },
    { type: 'responderpolicy', name: PASS },
  ];
}

const isHost = (host: string): string => `HTTP.REQ.HOSTNAME.SERVER.TO_LOWER.EQ("${host}")`;
const beginsWith = (path: string): string => `${isHost(WEB_HOSTS.switched)} && HTTP.REQ.URL.PATH.STARTSWITH("${path}")`;

/** Makes a server for plain HTTP that sends a host to this machine. @returns the error code that stopped it, or 0. */
export function makeWebServer(tools: ProbeTools, port: number): Promise<number> {
  const { backEndAddress, frontEnd } = tools.settings;
  return refusalOf(async (must) => {
    await must(tools.add('server', { name: TARGET, ipaddress: backEndAddress, comment: MARK }));
    await must(tools.add('servicegroup', { servicegroupname: TARGET, servicetype: 'HTTP', comment: MARK }));
    const member = { servicegroupname: TARGET, servername: TARGET, port };
    await must(tools.bind('servicegroup_servicegroupmember_binding', member));
    await must(tools.add('lbvserver', { name: TARGET, servicetype: 'HTTP', comment: MARK }));
    await must(tools.bind('lbvserver_servicegroup_binding', { name: TARGET, servicegroupname: TARGET }));
    const web = { name: SERVER, servicetype: 'HTTP', ipv46: frontEnd?.address, port: frontEnd?.port, comment: MARK };
    await must(tools.add('csvserver', web));
    await must(tools.add('csaction', { name: SWITCHED, targetlbvserver: TARGET, comment: MARK }));
    await must(tools.add('cspolicy', { policyname: SWITCHED, rule: isHost(WEB_HOSTS.switched), action: SWITCHED }));
    await must(tools.bind('csvserver_cspolicy_binding', { name: SERVER, policyname: SWITCHED, priority: 10 }));
  });
}

/** What makes a computed server: the rows that it is read from, and the policy that computes it. Error codes, or 0. */
export interface ComputedParts {
  readonly rows: number;
  readonly policy: number;
}

/** Makes what sends the challenges of a host to a computed server, by the expressions of the product. */
export async function makeComputed(tools: ProbeTools): Promise<ComputedParts> {
  const host = WEB_HOSTS.computed;
  const entries = [
    { name: ROWS, key: host, value: redirectValue(443, OWNER) },
    { name: ROWS, key: challengeKey(OWNER, host, PATHS.challenge.slice(CHALLENGE_PREFIX.length)), value: TARGET },
  ];
  const rows = await refusalOf(async (must) => {
    await must(tools.add('policystringmap', { name: ROWS, comment: MARK }));
    await must(tools.bind('policystringmap_pattern_binding', entries));
  });
  if (rows !== 0) return { rows, policy: 0 };
  const action = { name: COMPUTED, targetvserverexpr: httpRules.challengeServer(ROWS), comment: MARK };
  const policy = await refusalOf(async (must) => {
    await must(tools.add('csaction', action));
    await must(tools.add('cspolicy', { policyname: COMPUTED, rule: httpRules.challenge(ROWS), action: COMPUTED }));
    await must(tools.bind('csvserver_cspolicy_binding', { name: SERVER, policyname: COMPUTED, priority: 1 }));
  });
  return { rows, policy };
}

/** Makes a redirect, and before it the policy that lets challenges pass. @returns the error code that stopped it, or 0. */
export function makeRedirect(tools: ProbeTools): Promise<number> {
  const policy = (name: string, path: string, action: string): NitroRow => ({
    name,
    rule: beginsWith(path),
    action,
    comment: MARK,
  });
  const binding = (policyname: string, priority: number): NitroRow => ({
    name: SERVER,
    policyname,
    priority,
    gotopriorityexpression: 'END',
    bindpoint: 'REQUEST',
  });
  const action = {
    name: REDIRECT,
    type: 'redirect',
    target: httpRules.target(443),
    responsestatuscode: 301,
    comment: MARK,
  };
  return refusalOf(async (must) => {
    await must(tools.add('responderaction', action));
    await must(tools.add('responderpolicy', policy(REDIRECT, '/.well-known/', REDIRECT)));
    await must(tools.add('responderpolicy', policy(PASS, CHALLENGE_PREFIX, 'NOOP')));
    await must(tools.bind('csvserver_responderpolicy_binding', binding(PASS, 1)));
    await must(tools.bind('csvserver_responderpolicy_binding', binding(REDIRECT, 443)));
  });
}

/** Frees the lent address and the address of this machine for the next probe. What stays is removed at the end. */
export async function giveBack(tools: ProbeTools): Promise<void> {
  await tools.remove('csvserver', SERVER);
  await tools.remove('servicegroup', TARGET);
  await tools.remove('server', TARGET);
}
