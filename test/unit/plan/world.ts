import { ownerKey } from '../../../lib/contract/index.ts';
import { decodeClaims, hashesOf, type IngressRecord, type LedgerRow } from '../../../lib/ledger/index.ts';
import { identity, namesOf, type Resource } from '../../../lib/netscaler/index.ts';
import {
  type Change,
  diff,
  type FrontendInScope,
  type Goal,
  goalOf,
  type OwnerInScope,
  type PlanContext,
  type PlanScope,
  readyMarker,
  usesOf,
} from '../../../lib/plan/index.ts';
import {
  backendKey,
  backendText,
  canonical,
  type Frontend,
  frontendKey,
  frontendsOf,
  type RouteSet,
} from '../../../lib/route/index.ts';
import { ModelAppliance } from './model.ts';

const BACK_END_ROLES: readonly Resource['role'][] = [
  'monitor',
  'lbvserver',
  'service-group',
  'group-binding',
  'monitor-binding',
  'action',
  'policy',
  'members',
];
const PLACES: readonly Frontend[] = ['192.0.2.10', '192.0.2.11', '2001:db8::1'].flatMap((vip): Frontend[] => [
  { vip, port: 443, kind: 'tls' },
  { vip, port: 8443, kind: 'tls' },
  { vip, port: 80, kind: 'http' },
]);

/** Trusted: what the records say. Verified: everything as it is. */
export type How = 'trust' | 'verify';

/** The pure engine and a model of an appliance: what owners want is planned, written and recorded. */
export class PureWorld {
  readonly appliance = new ModelAppliance();
  readonly wanted = new Map<string, RouteSet>();
  readonly context: PlanContext;
  /** Names of the back ends that drain, by owner's key. */
  readonly retired = new Map<string, string[]>();

  constructor(drainSeconds = 0) {
    this.context = { system: 'nsp', names: namesOf('nsp'), drainSeconds, now: 1000 };
  }

  /** Brings these owners to what they want; `undefined`: nothing. Returns what was written. */
  bring(wishes: readonly { owner: RouteSet['owner']; routes: RouteSet | undefined }[], how: How): Change[] {
    const { goal, changes } = this.plan(wishes, how);
    this.appliance.write(changes);
    for (const { ownerKey: key, backend } of goal.retired) {
      this.retired.set(key, [...(this.retired.get(key) ?? []), backend]);
    }
    for (const { owner, routes } of wishes) {
      const key = ownerKey(owner);
      if (routes === undefined) this.wanted.delete(key);
      else this.wanted.set(key, canonical(routes));
      const names = new Set(
        (routes === undefined ? [] : usesOf(routes)).map((use) => this.context.names.backend(use.owner, use.key)),
      );
      this.retired.set(
        key,
        (this.retired.get(key) ?? []).filter((name) => !names.has(name)),
      );
    }
    return changes;
  }

  plan(
    wishes: readonly { owner: RouteSet['owner']; routes: RouteSet | undefined }[],
    how: How,
    options: { readBindings?: boolean } = {},
  ): { goal: Goal; changes: Change[] } {
    const goal = goalOf(this.context, this.#scope(wishes, how, options.readBindings ?? true));
    const twice = [...Map.groupBy(goal.desired, identity)].filter(([, rows]) => rows.length > 1);
    if (twice.length > 0) throw new Error(`wanted twice: ${twice.map(([id]) => id.replaceAll('\n', ' ')).join(', ')}`);
    return { goal, changes: diff(goal.desired, goal.actual, goal.priorities) };
  }

  /** What would be written for everybody who wants something, if it were asked for again. */
  again(how: How): Change[] {
    const wishes = [...this.wanted.values()].map((routes) => ({ owner: routes.owner, routes }));
    return this.plan(wishes, how, { readBindings: how === 'verify' }).changes;
  }

  #scope(
    wishes: readonly { owner: RouteSet['owner']; routes: RouteSet | undefined }[],
    how: How,
    read: boolean,
  ): PlanScope {
    const owners = wishes.map(({ owner, routes }) =>
      this.#owner(owner, routes === undefined ? undefined : canonical(routes), how),
    );
    const keys = new Set(owners.map(({ key }) => key));
    const concerned = (frontend: Frontend): boolean =>
      decodeClaims(this.#rows(frontend), frontendKey(frontend)).some((claim) => keys.has(claim.ownerKey)) ||
      owners.some(({ wanted }) =>
        frontendsOf(wanted?.routes ?? []).some((other) => frontendKey(other) === frontendKey(frontend)),
      );
    return {
      system: this.appliance
        .of('nstcpprofile', 'sslcertkey')
        .concat([...this.appliance.rows.values()].filter(({ role }) => role === 'system-policy')),
      owners,
      frontends: PLACES.filter(concerned).map((frontend) => this.#place(frontend, how, read)),
    };
  }

  #owner(owner: RouteSet['owner'], wanted: RouteSet | undefined, how: How): OwnerInScope {
    const key = ownerKey(owner);
    const before = this.wanted.get(key);
    const lost = [...(before?.backends ?? [])].some((backend) => {
      const text = (of: RouteSet): string[] => usesOf(of).map((use) => backendText(use.key));
      const [frontend] = usesOf(before as RouteSet).map((use) => use.frontend);
      return (
        Object.keys(backend.settings).length > 0 &&
        (wanted === undefined || !text(wanted).includes(backendText(backendKey(backend, frontend as Frontend))))
      );
    });
    return {
      key,
      owner,
      wanted,
      row: before === undefined ? undefined : rowOf(key, before),
      found:
        how === 'verify' || lost
          ? [...this.appliance.rows.values()].filter(
              ({ role, type, owners }) =>
                BACK_END_ROLES.includes(role) && type !== 'responderaction' && owners[0] === key,
            )
          : undefined,
      retiring: this.retired.get(key) ?? [],
      members:
        before !== undefined && wanted !== undefined && hashesOf(before).members === hashesOf(wanted).members
          ? 'equal'
          : 'unknown',
    };
  }

  #place(frontend: Frontend, how: How, read: boolean): FrontendInScope {
    const { names } = this.context;
    const server = names.csvserver(frontend);
    const map = names.frontendMap(frontend);
    const rows = this.#rows(frontend);
    const look = how === 'verify' || !rows.some(({ key }) => key === '!');
    const all = [...this.appliance.rows.values()];
    return {
      frontend,
      rows,
      otherClaims: 0,
      // All claims are in the rows: what none of them names is used by nobody.
      unusedPorts: readyMarker(rows)?.securePorts ?? [],
      manyLabelsUnused: true,
      listenerUnused: true,
      challengesUnused: true,
      found: look
        ? all.filter(
            ({ role, id, owners, type }) =>
              (role === 'front-end-map' && id.name === map) ||
              (role === 'csvserver' && id.name === server) ||
              (role === 'ready' && id.name === map) ||
              ((role === 'front-end-binding' || role === 'certificate') && (id.vservername ?? id.name) === server) ||
              ((role === 'front-end-policy' || type === 'responderaction') &&
                String(id.name).endsWith(`-${frontend.vip}-${frontend.port}`) &&
                owners.length >= 0),
          )
        : undefined,
      bindings:
        frontend.kind === 'tls' && (look || read)
          ? this.appliance.of('sslvserver_sslpolicy_binding').filter(({ id }) => id.vservername === server)
          : undefined,
    };
  }

  #rows(frontend: Frontend): LedgerRow[] {
    const map = this.context.names.frontendMap(frontend);
    return this.appliance
      .of('policystringmap_pattern_binding')
      .filter(({ id }) => id.name === map)
      .map(({ id, attributes }) => ({
        key: String(id.key),
        value: String(attributes.value),
        comment: String(attributes.comment),
      }));
  }
}

function rowOf(key: string, routes: RouteSet): IngressRecord {
  return {
    key,
    namespace: routes.owner.namespace,
    name: routes.owner.name,
    sequence: 1,
    kind: 'live',
    state: 'applied',
    hashes: hashesOf(routes),
    created: routes.created,
    routes: routes.routes.length,
  };
}
