import { type GatewayState, ownerOf } from '../contract/index.ts';
import { type Interpretation, type InterpretRules, limitFindings, MOST_FINDINGS } from '../ingress/index.ts';
import { canonical, type Frontend, frontendKey, type Listener, type RouteSet } from '../route/index.ts';
import { addressesOf } from './frontends.ts';

/** The front end of each protocol (GW-2): a hello without a host is reset, and a plain request without one gets 404. */
const KINDS: Readonly<Record<GatewayState['listeners'][number]['protocol'], Frontend['kind']>> = {
  TLS: 'tls',
  HTTPS: 'tls',
  HTTP: 'http',
};

/**
 * Interprets a Gateway for an appliance: its listeners are open at its addresses, whether routes are there or not (GW-13).
 * Listeners of one port are one front end.
 *
 * @param cluster name of the cluster of the Gateway.
 * @param state the Gateway in an event, with its accepted listeners.
 * @param rules rules of the appliance.
 */
export function interpretGateway(
  cluster: string,
  state: GatewayState,
  rules: InterpretRules,
): Interpretation<Listener> {
  const owner = ownerOf('Gateway', cluster, state);
  const noRoutes: RouteSet<Listener> = {
    owner,
    created: state.created,
    backends: [],
    routes: [],
    frontendSettings: {},
  };
  const { addresses, assigned } = state;
  const at = addressesOf(cluster, { gateway: state, addresses, assigned }, rules, 'spec.addresses');
  if (at.elsewhere) return { routes: noRoutes, findings: [], elsewhere: true };
  const frontends = new Map<string, Frontend>();
  for (const vip of at.vips) {
    for (const { port, protocol } of state.listeners) {
      const key = frontendKey({ vip, port });
      // A forwarder sends one protocol for a port (GW-4); of others, the first counts.
      if (!frontends.has(key)) frontends.set(key, { vip, port, kind: KINDS[protocol] });
    }
  }
  const routes = [...frontends.values()].map((frontend): Listener => ({ kind: 'listener', frontend }));
  return {
    routes: canonical({ ...noRoutes, routes }),
    findings: limitFindings(at.findings, rules.mostFindings ?? MOST_FINDINGS),
  };
}
