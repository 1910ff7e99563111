import type { IngressState } from '../../lib/contract/index.ts';
import {
  type Interpretation,
  type InterpretRules,
  interpret,
  type K8sIngress,
  objectView,
  projectIngress,
  resolveBackends,
  type Selection,
  selectIngress,
} from '../../lib/ingress/index.ts';
import { backendRef, stableJson } from '../../lib/route/index.ts';
import type { Case } from './case.ts';
import { CLUSTER } from './cluster.ts';

/** What an Ingress means, all the way from its manifest. */
export interface Outcome {
  readonly selection: Selection;
  /** Absent where the Ingress is not ours. */
  readonly state?: IngressState;
  readonly meaning?: Interpretation;
}

export function rulesOf(entry: Pick<Case, 'rules'>): InterpretRules {
  return { ipsets: [], hostOwnership: [], ...entry.rules };
}

/** Runs a case the way an Ingress goes: selected, resolved, projected, interpreted. */
export function run(entry: Case): Outcome {
  const view = objectView(entry.cluster ?? CLUSTER);
  const ingress = entry.ingress as K8sIngress;
  const selection = selectIngress(ingress, view.ingressClasses(), { classNames: entry.classNames ?? [] });
  if (!selection.selected) return { selection };
  const resolution = { nodeAddressType: 'InternalIP', podAddressesForNodePort: false, ...entry.resolution } as const;
  const state = projectIngress(ingress, selection, resolveBackends(ingress, view, resolution));
  return { selection, state, meaning: interpret('test', state, rulesOf(entry)) };
}

const endpoint = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** Routes as the cases write them. */
export function renderRoutes({ routes: { routes, backends } }: Interpretation): string[] {
  return routes.map((route) => {
    const place = `${route.host} ${endpoint(route.frontend.vip, route.frontend.port)} >`;
    if (route.kind === 'redirect') return `${place} https${route.securePort === 443 ? '' : `:${route.securePort}`}`;
    const backend = backends.find((candidate) => backendRef(candidate) === route.backend);
    const members = backend?.members.map(({ address, port }) => endpoint(address, port)).join(',') ?? 'missing';
    const settings = stableJson(backend?.settings);
    return [place, route.backend, members, settings === '{}' ? '' : settings].filter((part) => part !== '').join(' ');
  });
}

/** Findings as the cases write them. */
export function renderFindings({ selection, meaning }: Outcome): string[] {
  return [...selection.findings, ...(meaning?.findings ?? [])].map(({ code, path }) => `${code} ${path}`).sort();
}
