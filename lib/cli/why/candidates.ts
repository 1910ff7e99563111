import {
  type InterpretRules,
  interpret,
  type JudgeSettings,
  type K8sIngress,
  type LintedObject,
  lint,
  selectStates,
} from '../../ingress/index.ts';
import { nearest } from '../../ingress/nearest.ts';
import type { NamingIngress } from './chain.ts';

const folded = (host: string): string => host.toLowerCase().replace(/\.$/, '');

function hostsOf(ingress: K8sIngress): string[] {
  const rules = (ingress.spec as { rules?: unknown } | undefined)?.rules;
  return (Array.isArray(rules) ? rules : []).flatMap((rule) => {
    const host = (rule as { host?: unknown } | null)?.host;
    return typeof host === 'string' ? [folded(host)] : [];
  });
}

/**
 * Finds the Ingresses that name a host, and judges each.
 *
 * @returns the host that is nearly the same, where none names this one.
 */
export function candidatesFor(
  sources: readonly LintedObject[],
  host: string,
  cluster: string,
  rules: InterpretRules,
  settings: JudgeSettings,
): { readonly candidates: readonly NamingIngress[]; readonly nearest?: string } {
  const wanted = folded(host);
  const ingresses = sources.flatMap(({ object }) => (object.kind === 'Ingress' ? [object] : []));
  const naming = ingresses.filter((ingress) => hostsOf(ingress).includes(wanted));
  if (naming.length === 0) {
    const near = nearest(wanted, [...new Set(ingresses.flatMap(hostsOf))]);
    return { candidates: [], ...(near === undefined ? {} : { nearest: near }) };
  }
  const { states } = selectStates(
    sources.map(({ object }) => object),
    settings,
  );
  const { findings } = lint(sources, { rules, ...settings });
  return {
    candidates: naming.map(({ metadata: { namespace, name } }) => {
      const state = states.find((each) => each.namespace === namespace && each.name === name);
      const routes = state === undefined ? [] : interpret(cluster, state, rules).routes.routes;
      const found = findings.filter((each) => each.namespace === namespace && each.name === name);
      // Only errors keep a host of a selected Ingress from being routed.
      const telling = state === undefined ? found : found.filter(({ severity }) => severity === 'error');
      const about = telling.filter(({ message }) => message.includes(wanted));
      return {
        name: `${namespace}/${name}`,
        selected: state !== undefined,
        routed: routes.some((route) => route.host === wanted),
        findings: (about.length > 0 ? about : telling).map(({ message, remedy }) => ({ message, remedy })),
      };
    }),
  };
}
