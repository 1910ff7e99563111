import type { Frontend } from '../route/index.ts';
import { wholeNumber } from './fields.ts';

/** The front ends of one owner: one VIP, its TLS port, and its port that redirects (0: none). */
export interface FrontendPorts {
  readonly vip: string;
  readonly port: number;
  readonly insecurePort: number;
}

export const encodePorts = ({ vip, port, insecurePort }: FrontendPorts): string => `${vip}/${port}/${insecurePort}`;

/** @returns undefined for a text that is not an address with ports. */
export function decodePorts(text: string): FrontendPorts | undefined {
  const [vip, first, second] = text.split('/');
  const [port, insecurePort] = [wholeNumber(first), wholeNumber(second)];
  return vip === undefined || vip === '' || port === undefined || insecurePort === undefined
    ? undefined
    : { vip, port, insecurePort };
}

/** @returns undefined for no front end. */
export function frontendPortsOf(frontends: readonly Frontend[]): FrontendPorts | undefined {
  const tls = frontends.find((frontend) => frontend.kind === 'tls');
  const http = frontends.find((frontend) => frontend.kind === 'http');
  const any = tls ?? http;
  return any === undefined ? undefined : { vip: any.vip, port: tls?.port ?? 0, insecurePort: http?.port ?? 0 };
}

export function frontendsAt({ vip, port, insecurePort }: FrontendPorts): Frontend[] {
  return [
    ...(port === 0 ? [] : [{ vip, port, kind: 'tls' as const }]),
    ...(insecurePort === 0 ? [] : [{ vip, port: insecurePort, kind: 'http' as const }]),
  ];
}

export const sameFrontendPorts = (a: FrontendPorts | undefined, b: FrontendPorts | undefined): boolean =>
  (a === undefined ? '' : encodePorts(a)) === (b === undefined ? '' : encodePorts(b));
