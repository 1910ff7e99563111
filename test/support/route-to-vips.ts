import type { SimulatedEndpoint } from '../../lib/simulator/index.ts';

/**
 * Returns arguments of node by which a command of ours reaches VIPs where a simulator has them: this machine has no route
 * to addresses of documentation, and Ingresses may not name loopback ones. Only where TLS connections go is changed.
 *
 * @param places `vip:port` → where the simulator listens.
 */
export function routeToVips(places: ReadonlyMap<string, SimulatedEndpoint>): string[] {
  const script = `
    import tls from 'node:tls';
    import { syncBuiltinESMExports } from 'node:module';
    const places = ${JSON.stringify(Object.fromEntries(places))};
    const connect = tls.connect;
    tls.connect = (options, ...rest) => connect({ ...options, ...places[options.host + ':' + options.port] }, ...rest);
    syncBuiltinESMExports();
  `;
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
}
