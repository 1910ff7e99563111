import type { Finding, TlsRouteState } from '../contract/index.ts';
import { accessOf } from '../ingress/access.ts';
import { type OwnAnnotationName, readOwnAnnotations } from '../ingress/own-annotations.ts';
import { withProxyProtocol } from '../ingress/proxy-protocol.ts';
import type { BackendSettings } from '../route/index.ts';

/** Names of the annotations that have an effect on a TLSRoute. */
export const TLS_ROUTE_ANNOTATIONS = [
  'allow-sources',
  'deny-sources',
  'proxy-protocol',
] as const satisfies readonly OwnAnnotationName[];

/** What the annotations of a TLSRoute set. */
export interface OwnSettings {
  readonly settings: BackendSettings;
  /** The hosts of the route are reset, because what an annotation restricts cannot be applied as it was intended. */
  readonly closed: boolean;
  readonly findings: readonly Finding[];
}

/** The vendor's annotations, which no TLSRoute has. */
const NO_SETTINGS = { of: () => ({}), findings: [] };

/**
 * Reads the annotations of a TLSRoute: who may connect (VAL-17), and the client's address (VAL-18).
 *
 * @param vips addresses of its front ends.
 */
export function ownSettings({ annotations }: TlsRouteState, vips: readonly string[]): OwnSettings {
  if (annotations === undefined) return { settings: {}, closed: false, findings: [] };
  const own = readOwnAnnotations(annotations);
  const { access, closed, findings } = accessOf(own, vips, 'TLSRoute');
  const proxied = withProxyProtocol(own, new Set(), NO_SETTINGS, 'TLSRoute');
  return {
    settings: { ...proxied.of(''), ...(access === undefined ? {} : { access }) },
    closed: closed || proxied.closes(''),
    findings: [...findings, ...proxied.findings],
  };
}
