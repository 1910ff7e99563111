import type { IngressState, Member } from '../../lib/contract/index.ts';
import { type StateOptions, state } from './events.ts';

/** Ingresses whose redirects let ACME challenges through (VAL-19). */

const ACME = 'netscaler-passthrough/acme-challenge';

export const REDIRECTS = { 'ingress.citrix.com/insecure-termination': 'redirect' };

export const LETS_THROUGH = { ...REDIRECTS, [ACME]: 'allow' };

const PREFIX = '/.well-known/acme-challenge/';

/** A challenge of a host, as cert-manager adds it to an Ingress. */
export interface ChallengeOptions {
  readonly host: string;
  readonly token: string;
  readonly service?: string;
  readonly members?: readonly Member[];
}

/** Adds paths of challenges to an Ingress, each with a Service of its own, as `http01-override/edit-in-place` does. */
export function withChallenges(ingress: IngressState, ...challenges: readonly ChallengeOptions[]): IngressState {
  const solvers = challenges.map(({ host, token, service, members }, index) => ({
    host,
    path: { path: `${PREFIX}${token}`, pathType: 'ImplementationSpecific' },
    ref: { name: service ?? `cm-acme-http-solver-${index}`, port: 8089 },
    members: [...(members ?? [{ address: '10.9.0.1', port: 8089 }])],
  }));
  return {
    ...ingress,
    rules: ingress.rules.map((rule) => ({
      ...rule,
      paths: [
        ...solvers
          .filter(({ host }) => host === rule.host)
          .map(({ path, ref }) => ({ ...path, backend: { service: ref } })),
        ...rule.paths,
      ],
    })),
    backends: [
      ...ingress.backends,
      ...solvers.map(({ ref, members }) => ({ service: ref.name, port: ref.port, members })),
    ],
  };
}

/** An Ingress that lets challenges through. */
export const open = (name: string, options: StateOptions = {}): IngressState =>
  state(name, { ...options, annotations: { ...LETS_THROUGH, ...options.annotations } });
