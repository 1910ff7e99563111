import { type Owner, ownerKey } from '../contract/index.ts';
import type { Attributes, BackendKey, BackendSettings, Frontend, HostForm, WeightedMember } from '../route/index.ts';
import { tlsRules } from './expressions.ts';
import { LEVELS } from './limits.ts';
import { ownerMark } from './mark.ts';
import { membersText } from './members.ts';
import { backendId, type Names } from './names.ts';
import type { Resource } from './resource.ts';
import { restricted, sourceResources } from './sources.ts';

/** Seconds that a tunnel may be idle, instead of the SSL default of 180 (objects.md). */
export const IDLE_TIMEOUT = 9000;

/** A back end as the graph sees it: its front end, and which forms of host it claims. */
export interface BackendUse {
  readonly owner: Owner;
  readonly key: BackendKey;
  readonly settings: BackendSettings;
  readonly members: readonly WeightedMember[];
  /** The front end whose map names it. */
  readonly frontend: Frontend;
  readonly forms: ReadonlySet<HostForm>;
}

interface BackendContext {
  readonly system: string;
  readonly names: Names;
  /** Seconds that a removed member keeps its connections. */
  readonly drainSeconds: number;
}

/** Returns the name of a back end's objects. */
export function backendName(context: BackendContext, use: Pick<BackendUse, 'owner' | 'key'>): string {
  return context.names.backend(use.owner, use.key);
}

/** A policy of a back end: its name, and the rule that sends names to a back end by its id. */
interface BackendPolicy {
  readonly name: string;
  readonly rule: (map: string, id: string) => string;
}

/** Returns the policies of a back end for a form of host. @param backend name of its objects. */
function policiesFor(names: Names, backend: string, form: HostForm): readonly BackendPolicy[] {
  switch (form) {
    case 'exact':
      return [{ name: backend, rule: tlsRules.exact }];
    case 'one-label':
      return [{ name: names.wildcardPolicy(backend), rule: tlsRules.wildcard }];
    case 'many-label':
      return LEVELS.map((level) => ({
        name: names.wildcardPolicy(backend, level),
        rule: (map, id) => tlsRules.level(map, id, level),
      }));
  }
}

const FORMS: readonly HostForm[] = ['exact', 'one-label', 'many-label'];

/** Returns the policies that a back end has, the most specific first. */
function policiesOf(names: Names, backend: string, forms: ReadonlySet<HostForm>): BackendPolicy[] {
  return FORMS.flatMap((form) => (forms.has(form) ? policiesFor(names, backend, form) : []));
}

/** Returns the names of all policies that a back end may have. @param backend name of its objects. */
export const policyNames = (names: Names, backend: string): string[] => [
  backend,
  names.wildcardPolicy(backend),
  ...LEVELS.map((level) => names.wildcardPolicy(backend, level)),
];

/** Returns the names of the policies that a back end has for these forms of host. @param backend name of its objects. */
export const policyNamesFor = (names: Names, backend: string, forms: ReadonlySet<HostForm>): string[] =>
  policiesOf(names, backend, forms).map(({ name }) => name);

/**
 * Returns the objects of one back end without its policies' bindings and its hosts: monitor, lbvserver, service group
 * with its members, action, data sets of the networks that may connect, and policies for the forms of host that it claims.
 */
export function backendResources(context: BackendContext, use: BackendUse): Resource[] {
  if (use.frontend.kind === 'http') return solverResources(context, use);
  const name = backendName(context, use);
  const key = ownerKey(use.owner);
  const comment = ownerMark(context.system, use.owner);
  const owners = [key];
  const id = backendId(key, use.key);
  const map = context.names.frontendMap(use.frontend);
  const { access, proxyProtocol, lbvserver, servicegroup, monitor } = use.settings;
  const backend = { name, key: use.key, frontend: use.frontend };

  const policy = (policyName: string, rule: string): Resource => ({
    role: 'policy',
    type: 'sslpolicy',
    id: { name: policyName },
    attributes: { rule: restricted(context.names, backend, rule), action: name, undefaction: 'RESET', comment },
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
        ...(proxyProtocol === undefined ? {} : { netprofile: context.names.proxyProfile(proxyProtocol) }),
        comment,
      },
      owners,
    },
    groupBinding(name, owners),
    { role: 'action', type: 'sslaction', id: { name }, attributes: { forward: name }, owners },
    ...sourceResources(context.names, backend, access ?? {}, { comment, owners }),
    ...policiesOf(context.names, name, use.forms).map((one) => policy(one.name, one.rule(map, id))),
    membersResource(name, use.members, owners),
  ];
}

/** Returns the binding of a back end's server and its group, which have the same name. */
function groupBinding(name: string, owners: readonly string[]): Resource {
  return {
    role: 'group-binding',
    type: 'lbvserver_servicegroup_binding',
    id: { name, servicegroupname: name },
    attributes: {},
    owners,
  };
}

/**
 * Returns the objects of a back end that answers challenges (VAL-19): a server for plain HTTP and its group. The rows of its
 * challenges lead to it, so it has no action and no policy, and the appliance's defaults for HTTP fit its short requests.
 */
function solverResources(context: BackendContext, use: BackendUse): Resource[] {
  const name = backendName(context, use);
  const comment = ownerMark(context.system, use.owner);
  const owners = [ownerKey(use.owner)];
  return [
    {
      role: 'lbvserver',
      type: 'lbvserver',
      id: { name },
      attributes: { servicetype: 'HTTP', persistencetype: 'NONE', comment },
      owners,
    },
    {
      role: 'service-group',
      type: 'servicegroup',
      id: { servicegroupname: name },
      attributes: { servicetype: 'HTTP', autoscale: 'API', comment },
      owners,
    },
    groupBinding(name, owners),
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

/** The desired set of members as one text: it is compared and written as a whole. */
function membersResource(group: string, members: readonly WeightedMember[], owners: readonly string[]): Resource {
  return {
    role: 'members',
    type: 'servicegroup_servicegroupmemberlist_binding',
    id: { servicegroupname: group },
    attributes: { members: membersText(members) },
    owners,
  };
}

/**
 * Returns the bindings of a back end's policies to its front end, still without a priority. A back end without members
 * has none: its hosts meet the reset behind their tier, and none reaches another's members (VAL-8).
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
  return policyNamesFor(context.names, name, use.forms).map(binding);
}
