import { type Member, type Owner, ownerKey } from '../contract/index.ts';
import type { Attributes, BackendKey, BackendSettings, Frontend } from '../route/index.ts';
import { tlsRules } from './expressions.ts';
import { ownerMark } from './mark.ts';
import { backendId, type Names } from './names.ts';
import type { Resource } from './resource.ts';

/** Seconds that a tunnel may be idle, instead of the SSL default of 180 (objects.md). */
export const IDLE_TIMEOUT = 9000;

/** A back end as the graph sees it: its front end, and which kinds of host it claims. */
export interface BackendUse {
  readonly owner: Owner;
  readonly key: BackendKey;
  readonly settings: BackendSettings;
  readonly members: readonly Member[];
  /** The front end whose map names it. */
  readonly frontend: Frontend;
  readonly exact: boolean;
  readonly wildcard: boolean;
}

export interface BackendContext {
  readonly system: string;
  readonly names: Names;
  /** Seconds that a removed member keeps its connections. */
  readonly drainSeconds: number;
}

/** Name of a back end's objects. */
export function backendName(context: BackendContext, use: Pick<BackendUse, 'owner' | 'key'>): string {
  return context.names.backend(use.owner, use.key);
}

/** Returns the names of a back end's policies: for exact hosts and for wildcards, whether it has them or not. */
export function policyNames(context: BackendContext, use: Pick<BackendUse, 'owner' | 'key'>): [string, string] {
  const name = backendName(context, use);
  return [name, context.names.wildcardPolicy(name)];
}

/**
 * Returns the objects of one back end without its policies' bindings and its hosts: monitor, lbvserver, service group
 * with its members, action, and a policy for exact and for wildcard hosts where it claims any.
 */
export function backendResources(context: BackendContext, use: BackendUse): Resource[] {
  const name = backendName(context, use);
  const key = ownerKey(use.owner);
  const comment = ownerMark(context.system, use.owner);
  const owners = [key];
  const id = backendId(key, use.key);
  const map = context.names.frontendMap(use.frontend);
  const { lbvserver, servicegroup, monitor } = use.settings;

  const policy = (policyName: string, rule: string): Resource => ({
    role: 'policy',
    type: 'sslpolicy',
    id: { name: policyName },
    attributes: { rule, action: name, undefaction: 'RESET', comment },
    owners,
  });

  return [
    ...(monitor === undefined ? [] : monitorResources(name, monitor, owners)),
    {
      role: 'lbvserver',
      type: 'lbvserver',
      id: { name },
      attributes: {
        servicetype: 'TCP',
        persistencetype: 'NONE',
        clttimeout: IDLE_TIMEOUT,
        downstateflush: 'DISABLED',
        ...lbvserver,
        comment,
      },
      owners,
    },
    {
      role: 'service-group',
      type: 'servicegroup',
      id: { servicegroupname: name },
      attributes: {
        servicetype: 'TCP',
        autoscale: 'API',
        clttimeout: IDLE_TIMEOUT,
        svrtimeout: IDLE_TIMEOUT,
        downstateflush: 'DISABLED',
        autodisablegraceful: 'YES',
        autodisabledelay: context.drainSeconds,
        ...servicegroup,
        comment,
      },
      owners,
    },
    {
      role: 'group-binding',
      type: 'lbvserver_servicegroup_binding',
      id: { name, servicegroupname: name },
      attributes: {},
      owners,
    },
    { role: 'action', type: 'sslaction', id: { name }, attributes: { forward: name }, owners },
    ...(use.exact ? [policy(name, tlsRules.exact(map, id))] : []),
    ...(use.wildcard ? [policy(context.names.wildcardPolicy(name), tlsRules.wildcard(map, id))] : []),
    membersResource(name, use.members, owners),
  ];
}

function monitorResources(name: string, settings: Attributes, owners: readonly string[]): Resource[] {
  const { type = 'TCP', ...attributes } = settings;
  return [
    { role: 'monitor', type: 'lbmonitor', id: { monitorname: name, type }, attributes, owners },
    {
      role: 'monitor-binding',
      type: 'servicegroup_lbmonitor_binding',
      id: { servicegroupname: name, monitor_name: name },
      attributes: {},
      owners,
    },
  ];
}

/** The desired set of members as one text, because members are compared by address and port only. */
function membersResource(group: string, members: readonly Member[], owners: readonly string[]): Resource {
  return {
    role: 'members',
    type: 'servicegroup_servicegroupmemberlist_binding',
    id: { servicegroupname: group },
    attributes: { members: membersText(members) },
    owners,
  };
}

/** Returns members as one text: a line with address and port for each. */
export function membersText(members: readonly { address: string; port: number }[]): string {
  return members.map((member) => `${member.address} ${member.port}`).join('\n');
}

export function parseMembers(text: string): { ip: string; port: number }[] {
  if (text === '') return [];
  return text.split('\n').map((line) => {
    const [ip = '', port = '0'] = line.split(' ');
    return { ip, port: Number(port) };
  });
}

/**
 * Returns the bindings of a back end's policies to its front end, still without a priority. A back end without members
 * has none: its exact hosts meet the reset behind the exact tier, its wildcards the one at the end, and neither reaches
 * another's members (VAL-8).
 */
export function policyBindings(context: BackendContext, use: BackendUse): Resource[] {
  if (use.members.length === 0) return [];
  const name = backendName(context, use);
  const binding = (policyname: string): Resource => ({
    role: 'policy-binding',
    type: 'sslvserver_sslpolicy_binding',
    id: { vservername: context.names.csvserver(use.frontend), policyname, type: 'CLIENTHELLO_REQ' },
    attributes: {},
    owners: [ownerKey(use.owner)],
  });
  return [
    ...(use.exact ? [binding(name)] : []),
    ...(use.wildcard ? [binding(context.names.wildcardPolicy(name))] : []),
  ];
}
