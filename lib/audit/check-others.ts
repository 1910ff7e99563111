import { looksLikeBackendPolicy, PRIORITY, parseMark } from '../netscaler/index.ts';
import type { InventoryContext } from '../nitro/index.ts';
import type { Frontend } from '../route/index.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';
import type { ApplianceView } from './view.ts';

/** Reports objects of others that affect ours, with the command that repairs them, and never changes them (LIF-5). */

/** Maps the kind of a front end to its bank of policies; `last` is the priority of the policy that closes it. */
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
 * Returns a finding for each foreign policy that the appliance evaluates before our last one. A policy with a name of
 * ours and without a mark is not foreign: it lost its mark, or was created meanwhile.
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
        should: `unbound, unless it is intended: unbind ${noun} ${server} -policyName ${name} -type ${point} -priority ${priority}`,
        owners: [],
      });
    }
  }
  return findings;
}

/** Returns a finding for each disabled server that is a member of our groups. */
export async function disabledServers(view: ApplianceView): Promise<AuditFinding[]> {
  const disabledGroups = new Set(
    (await view.rows('servicegroup')).filter(({ state }) => state === 'DISABLED').map((row) => row.servicegroupname),
  );
  const members = (await view.rows('servicegroup_servicegroupmember_binding')).filter(
    ({ state, svrstate, servicegroupname }) =>
      state === 'ENABLED' && svrstate === 'OUT OF SERVICE' && !disabledGroups.has(servicegroupname),
  );
  return [...Map.groupBy(members, ({ servername }) => String(servername))].map(([server, all]) => ({
    code: 'ServerDisabled' as const,
    object: `server ${server}`,
    is: `disabled, and a member of ${all.length === 1 ? `${all[0]?.servicegroupname}` : `${all.length} groups of ours`}`,
    should: `enabled, unless it is intended: enable server ${server}`,
    owners: [],
  }));
}
