import { type Finding, type IngressState, isIngress, type Owner, type SourceState } from '../contract/index.ts';
import { type GatewayFilter, interpretSource } from '../gateway/index.ts';
import { type InterpretRules, parseHost } from '../ingress/index.ts';
import { claimOrder } from '../ledger/index.ts';
import { membersText } from '../netscaler/index.ts';
import { backendRef, type Frontend, frontendKey } from '../route/index.ts';

/** A host that an Ingress requests with passthrough, on one front end. */
export interface AdoptionCandidate {
  readonly host: string;
  readonly frontend: Frontend;
  readonly owner: Owner;
  readonly state: IngressState;
  /** Members as the graph compares them; empty for none. */
  readonly members: string;
  /** Whether the sources say who the members are. */
  readonly membersKnown: boolean;
  /** Codes of the Ingress's findings that leave the route as it is. */
  readonly warnings: readonly string[];
  /** Front end of plain HTTP from which the Ingress redirects the host; undefined for none. */
  readonly redirects: Frontend | undefined;
  /** Younger Ingresses that request the same host. */
  readonly waiting: readonly string[];
}

export interface AdoptionCandidates {
  /** By {@link candidateKey}. */
  readonly byHost: ReadonlyMap<string, AdoptionCandidate>;
  /** Why hosts of Ingresses have no route, by host. */
  readonly refused: ReadonlyMap<string, string>;
}

/** What Ingresses are judged by. */
export interface CandidateInput {
  readonly cluster: string;
  readonly states: readonly SourceState[];
  /** `namespace/service` of Services whose members the states know. */
  readonly withMembers: ReadonlySet<string>;
  readonly rules: InterpretRules;
  readonly filter: GatewayFilter;
}

export const candidateKey = (frontend: Frontend, host: string): string => `${frontendKey(frontend)} ${host}`;

/** Returns the hosts that the Ingresses request, each with the Ingress that holds it (CON-1). Pure. */
export function candidatesOf(input: CandidateInput): AdoptionCandidates {
  const byHost = new Map<string, AdoptionCandidate>();
  const refused = new Map<string, string>();
  for (const state of input.states.filter(isIngress)) {
    const judged = interpretSource(input.cluster, state, input.rules, input.filter);
    if (judged === undefined) continue;
    const routed = new Set<string>();
    for (const candidate of candidatesIn(input, state)) {
      routed.add(candidate.host);
      const key = candidateKey(candidate.frontend, candidate.host);
      const other = byHost.get(key);
      byHost.set(key, other === undefined ? candidate : older(candidate, other));
    }
    const errors = judged.findings.filter(({ severity }) => severity === 'error');
    for (const host of hostsOf(state)) if (!routed.has(host)) refused.set(host, reasonOf(host, errors));
  }
  return { byHost, refused };
}

function candidatesIn(
  { cluster, rules, filter, withMembers }: CandidateInput,
  state: IngressState,
): AdoptionCandidate[] {
  const judged = interpretSource(cluster, state, rules, filter);
  if (judged === undefined) return [];
  const backends = new Map(judged.routes.backends.map((backend) => [backendRef(backend), backend]));
  const warnings = [
    ...new Set(judged.findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code)),
  ];
  return judged.routes.routes.flatMap((route) => {
    if (route.kind !== 'passthrough') return [];
    const backend = backends.get(route.backend);
    return [
      {
        host: route.host,
        frontend: route.frontend,
        owner: judged.routes.owner,
        state,
        members: membersText(backend?.members ?? []),
        membersKnown: withMembers.has(`${state.namespace}/${backend?.service}`),
        warnings,
        redirects: judged.routes.routes.find(
          (other) =>
            other.kind === 'redirect' && other.host === route.host && other.frontend.vip === route.frontend.vip,
        )?.frontend,
        waiting: [],
      },
    ];
  });
}

const nameOf = ({ owner: { namespace, name } }: AdoptionCandidate): string => `${namespace}/${name}`;

/** Returns the older of two candidates for one host; the other waits behind it. */
function older(a: AdoptionCandidate, b: AdoptionCandidate): AdoptionCandidate {
  const created = (one: AdoptionCandidate) => ({ created: one.state.created, owner: one.owner });
  const [first, second] = claimOrder(created(a), created(b)) < 0 ? [a, b] : [b, a];
  return { ...first, waiting: [...first.waiting, nameOf(second), ...second.waiting] };
}

/** Returns the valid hosts of an Ingress, in canonical form. */
export function hostsOf(state: IngressState): string[] {
  return state.rules.flatMap(({ host }) => canonicalHost(host) ?? []);
}

function canonicalHost(host: string | undefined): string | undefined {
  const parsed = host === undefined ? undefined : parseHost(host);
  return parsed !== undefined && 'host' in parsed ? parsed.host : undefined;
}

function reasonOf(host: string, errors: readonly Finding[]): string {
  const own = errors.filter(({ value }) => value !== undefined && value.toLowerCase() === host);
  const said = own.length > 0 ? own : errors;
  return said.map(({ code, message }) => `${code}: ${message}`).join('; ') || 'the Ingress has no route for it';
}

/** Returns an Ingress with these hosts only: as it is taken over, host by host. */
export function restrictedTo(state: IngressState, hosts: ReadonlySet<string>): IngressState {
  return {
    ...state,
    rules: state.rules.filter(({ host }) => {
      const canonical = canonicalHost(host);
      return canonical !== undefined && hosts.has(canonical);
    }),
  };
}
