import { looksLikeBackendPolicy, PRIORITY, parseMark } from '../netscaler/index.ts';
import type { InventoryContext } from '../nitro/index.ts';
import type { Frontend } from '../route/index.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';
import type { ApplianceView } from './view.ts';

/** What is not ours and stands beside it: said with the command that mends it, and left (LIF-5). */

/** The bank of policies of a front end, by its kind; `last` is the priority of what closes it. */
const BANKS = {
  tls: {
    type: 'sslvserver_sslpolicy_binding',
    policies: 'sslpolicy',
    noun: 'ssl vserver',
    point: 'CLIENTHELLO_REQ',
    last: PRIORITY.reset as number,
  },
  http: {
    type: 'csvserver_responderpolicy_binding',
    policies: 'responderpolicy',
    noun: 'cs vserver',
    point: 'REQUEST',
    last: 200_000,
  },
} as const satisfies Record<Frontend['kind'], unknown>;

/**
 * Policies of somebody else that are asked before our last one. A name of ours without a mark is not foreign: the policy
 * lost its mark, or was created meanwhile.
 */
export async function foreignPolicies(
  view: ApplianceView,
  { system, names }: InventoryContext,
  state: AuditState,
): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  const marked = new Set<string>();
  for (const { policies } of Object.values(BANKS)) {
    for (const { name, comment } of await view.rows(policies)) {
      if (parseMark(comment)?.system === system) marked.add(String(name));
    }
  }
  for (const { frontend } of state.frontends) {
    const { type, noun, point, last } = BANKS[frontend.kind];
    const server = names.csvserver(frontend);
    for (const { policyname, priority } of await view.rows(type, { name: server })) {
      const name = String(policyname);
      if (looksLikeBackendPolicy(system, name) || marked.has(name) || Number(priority) >= last) continue;
      findings.push({
        code: 'PolicyForeign',
        object: `${type} ${server} ${name}`,
        is: `bound with priority ${priority}`,
        should: `unbound, unless it is meant: unbind ${noun} ${server} -policyName ${name} -type ${point} -priority ${priority}`,
        owners: [],
      });
    }
  }
  return findings;
}

/** Servers that were disabled under members of our groups. */
export async function disabledServers(view: ApplianceView): Promise<AuditFinding[]> {
  const off = new Set(
    (await view.rows('servicegroup')).filter(({ state }) => state === 'DISABLED').map((row) => row.servicegroupname),
  );
  const members = (await view.rows('servicegroup_servicegroupmember_binding')).filter(
    ({ state, svrstate, servicegroupname }) =>
      state === 'ENABLED' && svrstate === 'OUT OF SERVICE' && !off.has(servicegroupname),
  );
  return [...Map.groupBy(members, ({ servername }) => String(servername))].map(([server, all]) => ({
    code: 'ServerDisabled' as const,
    object: `server ${server}`,
    is: `disabled, and a member of ${all.length === 1 ? `${all[0]?.servicegroupname}` : `${all.length} groups of ours`}`,
    should: `enabled, unless it is meant: enable server ${server}`,
    owners: [],
  }));
}
