import { MEMBER } from '../command/servicegroups.ts';
import type { LiveState } from '../node/live-state.ts';
import type { StoredRow } from '../store/store.ts';
import { boundToVserver } from './computed.ts';

interface Reverse {
  /** Object that the bindings are listed for. */
  readonly of: string;
  /** Kind of the binding as it is stored, on the other side. */
  readonly by: string;
  readonly render: (row: StoredRow, live: LiveState) => Record<string, unknown>;
}

const policyBound = (row: StoredRow): Record<string, unknown> => ({
  name: row.policyname,
  boundto: row.vservername ?? row.name,
  priority: String(row.priority ?? 0),
  activepolicy: '1',
  gotopriorityexpression: row.gotopriorityexpression ?? 'END',
});

/** The vendor's clients split these three words. */
const responderBound = (row: StoredRow): Record<string, unknown> => ({
  ...policyBound(row),
  boundto: boundToVserver(row.name),
});

/** Bindings seen from the bound side. */
export const reverse: Readonly<Record<string, Reverse>> = {
  sslcertkey_sslvserver_binding: {
    of: 'sslcertkey',
    by: 'sslvserver_sslcertkey_binding',
    render: (row) => ({
      certkey: row.certkeyname,
      servername: row.vservername,
      vservername: row.vservername,
      vserver: true,
      ca: row.ca ?? false,
      data: '0',
      version: 0,
    }),
  },
  sslpolicy_sslvserver_binding: { of: 'sslpolicy', by: 'sslvserver_sslpolicy_binding', render: policyBound },
  responderpolicy_csvserver_binding: {
    of: 'responderpolicy',
    by: 'csvserver_responderpolicy_binding',
    render: responderBound,
  },
  responderpolicy_lbvserver_binding: {
    of: 'responderpolicy',
    by: 'lbvserver_responderpolicy_binding',
    render: responderBound,
  },
  cspolicy_csvserver_binding: {
    of: 'cspolicy',
    by: 'csvserver_cspolicy_binding',
    render: (row) => ({
      policyname: row.policyname,
      domain: '',
      boundto: row.name,
      priority: String(row.priority ?? 0),
      hits: '0',
    }),
  },
  server_servicegroup_binding: {
    of: 'server',
    by: MEMBER,
    render: (row, live) => ({
      name: row.servername,
      servicegroupname: row.servicegroupname,
      servicegroupentname2: row.servicegroupname,
      serviceipaddress: row.ip,
      serviceipstr: row.ip,
      port: row.port,
      svctype: live.store.object('servicegroup', String(row.servicegroupname))?.servicetype,
      svrstate: live.engine.states.memberState(row, live.store),
      weight: String(row.weight ?? 1),
    }),
  },
  lbmonbindings: {
    of: 'lbmonitor',
    by: 'servicegroup_lbmonitor_binding',
    render: (row) => ({ monitorname: row.monitor_name, servicegroupname: row.servicegroupname, state: 'ENABLED' }),
  },
  svcbindings: {
    of: 'service',
    by: 'lbvserver_service_binding',
    render: (row, live) => {
      const vserver = live.store.object('lbvserver', String(row.name)) ?? {};
      return {
        servicename: row.servicename,
        vservername: row.name,
        ipaddress: vserver.ipv46 ?? '0.0.0.0',
        port: vserver.port ?? 0,
        servicetype: vserver.servicetype,
        svrstate: live.engine.states.vserverState('lbvserver', vserver, live.store),
      };
    },
  },
  servicegroupbindings: {
    of: 'servicegroup',
    by: 'lbvserver_servicegroup_binding',
    render: (row, live) => {
      const vserver = live.store.object('lbvserver', String(row.name));
      return {
        servicegroupname: row.servicegroupname,
        vservername: row.name,
        ipaddress: vserver?.ipv46 ?? '0.0.0.0',
        port: vserver?.port ?? 0,
        servicetype: vserver?.servicetype,
        state: vserver === undefined ? 'DOWN' : live.engine.states.vserverState('lbvserver', vserver, live.store),
      };
    },
  },
};

/** Returns the rows of a kind for one bound object. */
export function reverseRows(kind: string, name: string, live: LiveState): Record<string, unknown>[] {
  const { of, by, render } = reverse[kind]!;
  const rows: Record<string, unknown>[] = [];
  for (const reference of live.store.referrers(of, name))
    if (reference.kind === by) rows.push(render(reference.row, live));
  return rows;
}

/** Returns all such rows of an object, for `<kind>_binding`. */
export function reverseBindings(
  parent: string,
  name: string,
  live: LiveState,
): { kind: string; rows: Record<string, unknown>[] }[] {
  return Object.keys(reverse)
    .filter((kind) => reverse[kind]!.of === parent && kind.endsWith('_binding'))
    .map((kind) => ({ kind, rows: reverseRows(kind, name, live) }))
    .filter(({ rows }) => rows.length > 0);
}
