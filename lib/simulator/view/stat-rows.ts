import { MEMBER } from '../command/servicegroups.ts';
import { addressOf, backendsOf } from '../data/states.ts';
import type { LiveState } from '../node/live-state.ts';
import type { StoredRow } from '../store/store.ts';

type StatRow = Record<string, unknown>;

interface TrafficTotals {
  readonly hits: number;
  readonly open: number;
  readonly received: number;
  readonly sent: number;
}

const names = (text: string): string[] => text.split(' ');

/**
 * Totals are texts and rates are numbers; whatever is not counted here is 0. Names are those that public exporters
 * read; which release has which, and the types of the others, is undocumented (V).
 */
const totals = (text: string): StatRow => Object.fromEntries(names(text).map((name) => [name, '0']));
const rates = (text: string): StatRow => Object.fromEntries(names(text).map((name) => [name, 0]));

/** Returns the columns that everything with traffic has in common. */
function trafficColumns({ hits, open, received, sent }: TrafficTotals): StatRow {
  return {
    ...rates('requestsrate responsesrate requestbytesrate responsebytesrate'),
    totalrequests: String(hits),
    totalresponses: String(hits),
    totalrequestbytes: String(received),
    totalresponsebytes: String(sent),
    curclntconnections: String(open),
    cursrvrconnections: String(open),
  };
}

const VSERVER_TOTALS = totals(
  'avgcltttlb cltresponsetimeapdex curmptcpsessions cursubflowconn deferredreq frustratingtransactions invalidrequestresponse invalidrequestresponsedropped labelledconn sothreshold toleratingtransactions totalpktsrecvd totalpktssent totcltttlbtransactions totspillovers totvserverdownbackuphits',
);
const VSERVER_RATES = rates(
  'hitsrate deferredreqrate pktsrecvdrate pktssentrate invalidrequestresponserate invalidrequestresponsedroppedrate totcltttlbtransactionsrate toleratingttlbtransactionsrate frustratingttlbtransactionsrate',
);

export function vserver(kind: 'csvserver' | 'lbvserver', row: StoredRow, live: LiveState): StatRow {
  const traffic = live.engine.counters.totals(`${kind} ${row.name}`);
  return {
    name: row.name,
    type: row.servicetype,
    state: live.engine.states.vserverState(kind, row, live.store),
    primaryipaddress: row.ipv46 ?? '0.0.0.0',
    primaryport: row.port ?? 0,
    tothits: String(traffic.hits),
    establishedconn: String(traffic.open),
    ...trafficColumns(traffic),
    ...VSERVER_TOTALS,
    ...VSERVER_RATES,
    ...(kind === 'lbvserver' ? balancing(row, traffic, live) : {}),
  };
}

/** Returns the columns of balancing servers: how many services are UP, and their share in percent. */
function balancing(row: StoredRow, traffic: TrafficTotals, live: LiveState): StatRow {
  const backends = [...backendsOf(String(row.name), live.store)];
  const up = backends.filter((backend) => live.engine.states.isUp(backend, live.store)).length;
  return {
    vslbhealth: String(backends.length === 0 ? 0 : Math.floor((100 * up) / backends.length)),
    actsvcs: String(up),
    inactsvcs: String(backends.length - up),
    svcestablishedconn: String(traffic.open),
    ...totals('curpersistencesessions curbackuppersistencesessions surgecount vsvrsurgecount reqretrycount svrbusyerr'),
    ...rates('reqretrycountrate'),
  };
}

const SERVICE_TOTALS = totals(
  'activetransactions avgsvrttfb curload curreusepool curtflags maxclients surgecount throughput',
);
const SERVICE_RATES = rates('throughputrate');

export function member(row: StoredRow, live: LiveState): StatRow {
  const traffic = live.engine.counters.totals(`member ${row.servicegroupname}|${row.ip}:${row.port}`);
  const group = live.store.object('servicegroup', String(row.servicegroupname));
  return {
    servicegroupname: row.servicegroupname,
    primaryipaddress: row.ip,
    primaryport: row.port,
    servicetype: group?.servicetype,
    state: live.engine.states.memberState(row, live.store),
    svrestablishedconn: String(traffic.open),
    ...trafficColumns(traffic),
    ...SERVICE_TOTALS,
    ...SERVICE_RATES,
  };
}

export function service(row: StoredRow, live: LiveState): StatRow {
  const address = addressOf(row, live.store);
  const traffic = live.engine.counters.totals(`member ${row.name}|${address}:${row.port}`);
  return {
    name: row.name,
    servicetype: row.servicetype,
    state: live.engine.states.serviceState(row, live.store),
    primaryipaddress: address,
    primaryport: row.port,
    svrestablishedconn: String(traffic.open),
    vsvrservicehits: String(traffic.hits),
    vsvrservicehitsrate: 0,
    ...trafficColumns(traffic),
    ...SERVICE_TOTALS,
    ...SERVICE_RATES,
  };
}

/** @param withMembers `statbindings=yes` */
export function group(row: StoredRow, live: LiveState, withMembers: boolean): StatRow {
  const members = [...live.store.bindings(MEMBER, String(row.servicegroupname))];
  const up = members.some((one) => live.engine.states.memberState(one, live.store) === 'UP');
  return {
    servicegroupname: row.servicegroupname,
    servicetype: row.servicetype,
    state: row.state === 'DISABLED' ? 'OUT OF SERVICE' : up ? 'UP' : 'DOWN',
    ...(withMembers ? { servicegroupmember: members.map((one) => member(one, live)) } : {}),
  };
}

const SSL_TOTALS = totals(
  'sslctxtotencbytes sslctxtotdecbytes sslctxtothwencbytes sslctxtothwdec_bytes sslctxtotsessionhits sslctxtotsessionnew',
);
const SSL_RATES = rates(
  'sslctxencbytesrate sslctxdecbytesrate sslctxhwencbytesrate sslctxhwdec_bytesrate sslctxsessionhitsrate sslctxsessionnewrate',
);

/** Returns the view of an SSL server; nothing is decrypted here, so its figures are 0. */
export function sslView(row: StoredRow, live: LiveState): StatRow {
  const name = String(row.vservername);
  const kind = live.store.object('csvserver', name) === undefined ? 'lbvserver' : 'csvserver';
  const of = live.store.object(kind, name) ?? {};
  const up = kind === 'lbvserver' ? balancing(of, live.engine.counters.totals(`${kind} ${name}`), live) : {};
  return {
    vservername: name,
    primaryipaddress: of.ipv46 ?? '0.0.0.0',
    primaryport: of.port ?? 0,
    type: of.servicetype,
    state: live.engine.states.vserverState(kind, of, live.store),
    ...('actsvcs' in up ? { vslbhealth: up.vslbhealth, actsvcs: up.actsvcs, inactsvcs: up.inactsvcs } : {}),
    ...SSL_TOTALS,
    ...SSL_RATES,
  };
}
