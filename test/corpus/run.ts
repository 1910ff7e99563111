import { type IngressState, stableJson } from '../../lib/contract/index.ts';
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
import { backendRef } from '../../lib/route/index.ts';
import type { Case } from './case.ts';
import { CLUSTER } from './cluster.ts';

/** The result of each step from the manifest to the meaning. */
export interface Outcome {
  readonly selection: Selection;
  /** Absent where the Ingress is not ours. */
  readonly state?: IngressState;
  readonly meaning?: Interpretation;
}

export function rulesOf(entry: Pick<Case, 'rules'>): InterpretRules {
  return { ipsets: [], hostOwnership: [], ...entry.rules };
}

/** Runs the steps of an Ingress: select, resolve, project, interpret. */
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

/** Renders routes in the form of the cases. */
export function renderRoutes({ routes: { routes, backends } }: Interpretation): string[] {
  return routes.map((route) => {
    const token = route.kind === 'challenge' ? ` ${route.token}` : '';
    const prefix = `${route.host} ${endpoint(route.frontend.vip, route.frontend.port)}${token} >`;
    if (route.kind === 'redirect') return `${prefix} https${route.securePort === 443 ? '' : `:${route.securePort}`}`;
    const backend = backends.find((candidate) => backendRef(candidate) === route.backend);
    const members = backend?.members.map(({ address, port }) => endpoint(address, port)).join(',') ?? 'missing';
    const settings = stableJson(backend?.settings);
    return [prefix, route.backend, members, settings === '{}' ? '' : settings].filter((part) => part !== '').join(' ');
  });
}

/** Renders findings in the form of the cases. */
export function renderFindings({ selection, meaning }: Outcome): string[] {
  return [...selection.findings, ...(meaning?.findings ?? [])].map(({ code, path }) => `${code} ${path}`).sort();
}
