import { X509Certificate } from 'node:crypto';
import { aclText } from '../command/acls.ts';
import { isBuiltIn } from '../command/built-in.ts';
import { MEMBER } from '../command/servicegroups.ts';
import { addressOf, backendsOf } from '../data/states.ts';
import type { LiveState } from '../node/live-state.ts';
import { clientTimeout, serverTimeout } from '../schema/defaults.ts';
import type { StoredRow } from '../store/store.ts';
import { applianceTime } from './appliance-time.ts';

type Compute = (row: StoredRow, live: LiveState) => unknown;

const certificates = new WeakMap<StoredRow, X509Certificate>();

function certificate(row: StoredRow): X509Certificate | undefined {
  if (row.$certificate === undefined) return undefined;
  let read = certificates.get(row);
  if (read === undefined) {
    read = new X509Certificate(String(row.$certificate));
    certificates.set(row, read);
  }
  return read;
}

const DAY_MS = 86_400_000;

function count(row: StoredRow, live: LiveState, up: boolean): number {
  let total = 0;
  for (const backend of backendsOf(String(row.name), live.store)) {
    if (!up || live.engine.states.isUp(backend, live.store)) total += 1;
  }
  return total;
}

/** The last change of state: as a text, in seconds, milliseconds and ticks of 10 ms. */
const changed = (since: (row: StoredRow, live: LiveState) => number): Record<string, Compute> => ({
  statechangetimesec: (row, live) => applianceTime(since(row, live)),
  statechangetimeseconds: (row, live) => String(Math.floor(since(row, live) / 1000)),
  statechangetimemsec: (row, live) => String(since(row, live) % 1000),
  tickssincelaststatechange: (row, live) => Math.max(0, Math.floor((live.now() - since(row, live)) / 10)),
});

/** Returns the last change of the members; without members, the start. */
function sinceOf(backends: Iterable<{ readonly address: string; readonly port: number }>, live: LiveState): number {
  let last: number | undefined;
  for (const { address, port } of backends) last = Math.max(last ?? 0, live.engine.states.since(address, port));
  return last ?? live.engine.started;
}

function membersOf(row: StoredRow, live: LiveState): { address: string; port: number }[] {
  return [...live.store.bindings(MEMBER, String(row.servicegroupname))].map((member) => ({
    address: String(member.ip),
    port: Number(member.port),
  }));
}

const vserver = (kind: 'lbvserver' | 'csvserver'): Record<string, Compute> => ({
  curstate: (row, live) => live.engine.states.vserverState(kind, row, live.store),
  status: (row, live) => (live.engine.states.vserverState(kind, row, live.store) === 'UP' ? 1 : 0),
  clttimeout: (row) => row.clttimeout ?? clientTimeout(row.servicetype),
  type: () => 'ADDRESS',
  gt2gb: () => 'DISABLED',
  ...changed((row, live) => sinceOf(backendsOf(String(row.name), live.store), live)),
});

const groupState: Compute = (row, live) => {
  for (const member of live.store.bindings(MEMBER, String(row.servicegroupname))) {
    if (live.engine.states.memberState(member, live.store) === 'UP') return 'UP';
  }
  return row.state === 'DISABLED' ? 'OUT OF SERVICE' : 'DOWN';
};

const policy = (kind: string): Record<string, Compute> => ({
  hits: (row, live) => live.engine.counters.hits(kind, String(row.name ?? row.policyname)),
  undefhits: (row, live) => live.engine.counters.undefs(kind, String(row.name ?? row.policyname)),
});

const references =
  (kind: string, by: string): Compute =>
  (row, live) =>
    live.store.referrerCount(kind, String(row.name), by);

/** Returns `REQ VSERVER <name>`, the place where policies of requests are bound. */
export const boundToVserver = (name: unknown): string => `REQ VSERVER ${name}`;

/** Returns where a policy is bound: the server's name for cspolicy, `REQ VSERVER <name>` for responderpolicy. */
const boundTo =
  (kind: string, form: (name: unknown) => string): Compute =>
  (row, live) => {
    for (const { kind: by, row: binding } of live.store.referrers(kind, String(row.name ?? row.policyname))) {
      if (by.endsWith('_binding')) return form(binding.name ?? binding.vservername);
    }
    return undefined;
  };

/** Read-only attributes by kind: states, counts, fields of a certificate. `undefined` is not shown. */
export const computed: Readonly<Record<string, Readonly<Record<string, Compute>>>> = {
  lbvserver: {
    ...vserver('lbvserver'),
    effectivestate: (row, live) => live.engine.states.vserverState('lbvserver', row, live.store),
    totalservices: (row, live) => count(row, live, false),
    activeservices: (row, live) => count(row, live, true),
    health: (row, live) => {
      const total = count(row, live, false);
      return total === 0 ? 0 : Math.floor((100 * count(row, live, true)) / total);
    },
    hits: (row, live) => live.engine.counters.totals(`lbvserver ${row.name}`).hits,
    isgslb: () => false,
    lbrrreason: () => 0,
    thresholdvalue: () => 0,
    version: () => 0,
    consolidatedlconn: () => 'GLOBAL',
    consolidatedlconngbl: () => 'YES',
    vsvrdynconnsothreshold: () => 0,
  },
  csvserver: {
    ...vserver('csvserver'),
    ip: (row) => row.ipv46,
    hits: (row, live) => live.engine.counters.totals(`csvserver ${row.name}`).hits,
  },
  servicegroup: {
    servicegroupeffectivestate: groupState,
    svrstate: groupState,
    clttimeout: (row) => row.clttimeout ?? clientTimeout(row.servicetype),
    svrtimeout: (row) => row.svrtimeout ?? serverTimeout(row.servicetype),
    numofconnections: (row, live) => {
      let open = 0;
      for (const member of live.store.bindings(MEMBER, String(row.servicegroupname)))
        open += live.engine.openConnections(String(row.servicegroupname), String(member.ip), Number(member.port));
      return open;
    },
    serviceconftype: () => true,
    groupcount: (row, live) => live.store.bindingCount(MEMBER, String(row.servicegroupname)),
    delay: () => 0,
    port: () => 0,
    ip: () => '0.0.0.0',
    serviceipstr: () => '0.0.0.0',
    stateupdatereason: () => 0,
    ...changed((row, live) => sinceOf(membersOf(row, live), live)),
    monstatcode: () => 0,
    monstatparam1: () => 0,
    monstatparam2: () => 0,
    monstatparam3: () => 0,
  },
  service: {
    svrstate: (row, live) => live.engine.states.serviceState(row, live.store),
    ipaddress: (row, live) => addressOf(row, live.store),
    numofconnections: (row, live) =>
      live.engine.openConnections(String(row.name), addressOf(row, live.store), Number(row.port)),
    clttimeout: (row) => row.clttimeout ?? clientTimeout(row.servicetype),
    svrtimeout: (row) => row.svrtimeout ?? serverTimeout(row.servicetype),
    ...changed((row, live) => live.engine.states.since(addressOf(row, live.store), Number(row.port))),
  },
  [MEMBER]: {
    svrstate: (row, live) => live.engine.states.memberState(row, live.store),
    ...changed((row, live) => live.engine.states.since(String(row.ip), Number(row.port))),
    delay: () => 0,
    graceful: (row) => (row.$drainuntil === undefined ? 'NO' : 'YES'),
  },
  lbvserver_servicegroup_binding: { servicename: (row) => row.servicegroupname, stateflag: () => '536936464' },
  sslaction: {
    referencecount: references('sslaction', 'sslpolicy'),
    hits: (row, live) => live.engine.counters.hits('sslaction', String(row.name)),
    undefhits: () => 0,
  },
  responderaction: {
    referencecount: references('responderaction', 'responderpolicy'),
    hits: () => 0,
    undefhits: () => 0,
  },
  csaction: { referencecount: references('csaction', 'cspolicy'), hits: () => 0, undefhits: () => 0 },
  sslpolicy: policy('sslpolicy'),
  responderpolicy: { ...policy('responderpolicy'), boundto: boundTo('responderpolicy', boundToVserver) },
  cspolicy: { ...policy('cspolicy'), boundto: boundTo('cspolicy', String) },
  policypatset_pattern_binding: { String: (row) => row.string },
  sslcertkey: {
    serial: (row) => certificate(row)?.serialNumber,
    subject: (row) => oneLine(certificate(row)?.subject),
    issuer: (row) => oneLine(certificate(row)?.issuer),
    clientcertnotbefore: (row) => certificate(row)?.validFrom,
    clientcertnotafter: (row) => certificate(row)?.validTo,
    daystoexpiration: (row, live) => {
      const read = certificate(row);
      return read === undefined ? undefined : Math.floor((Date.parse(read.validTo) - live.now()) / DAY_MS);
    },
    sandns: (row) => certificate(row)?.subjectAltName,
    status: (row, live) => {
      const read = certificate(row);
      return read !== undefined && Date.parse(read.validTo) < live.now() ? 'Expired' : 'Valid';
    },
  },
  sslvserver_sslciphersuite_binding: {
    description: (row) =>
      row.ciphername === 'DEFAULT' ? 'Default cipher list with encryption strength >= 128bit' : undefined,
  },
  nsacl: {
    kernelstate: (row) =>
      row.$applied === undefined ? 'NOTAPPLIED' : row.$applied === aclText(row) ? 'APPLIED' : 'RE-APPLY',
  },
  nshttpprofile: {
    refcnt: (row, live) => [...live.store.referrers('nshttpprofile', String(row.name))].length,
    builtin: (row) => (isBuiltIn('nshttpprofile', String(row.name)) ? ['MODIFIABLE'] : undefined),
  },
  lbmonitor: {
    respcode: (row) => row.respcode ?? (isHttpMonitor(row) ? ['200'] : undefined),
    httprequest: (row) => row.httprequest ?? (isHttpMonitor(row) ? 'HEAD /' : undefined),
  },
};

const isHttpMonitor = (row: StoredRow): boolean => /^HTTP(-INLINE)?$/.test(String(row.type));

const oneLine = (name: string | undefined): string | undefined => name?.replaceAll('\n', ',');
