/** Kinds of other projects that may request passthrough, with the test of an object's spec. */
const PASSTHROUGH: Readonly<Record<string, (spec: Record<string, unknown>) => boolean>> = {
  'projectcontour.io HTTPProxy': (spec) => field(field(field(spec, 'virtualhost'), 'tls'), 'passthrough') === true,
  'route.openshift.io Route': (spec) => field(field(spec, 'tls'), 'termination') === 'passthrough',
  'traefik.containo.us IngressRouteTCP': (spec) => field(field(spec, 'tls'), 'passthrough') === true,
  'traefik.io IngressRouteTCP': (spec) => field(field(spec, 'tls'), 'passthrough') === true,
};

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/**
 * Returns a hint for an object whose kind is not read although it does the work of an Ingress or an EndpointSlice;
 * undefined for all other objects.
 */
export function unreadHint(kind: string, apiVersion: string, value: object): string | undefined {
  const name = `${kind} ${field(field(value, 'metadata'), 'namespace') ?? 'default'}/${field(field(value, 'metadata'), 'name') ?? ''}`;
  if (kind === 'Endpoints' && apiVersion === 'v1') {
    return `${name}: Endpoints are not read: the API server derives EndpointSlices from them, but a folder must contain the EndpointSlices`;
  }
  const group = apiVersion.split('/')[0] ?? '';
  const key = `${group} ${kind}`;
  const spec = field(value, 'spec');
  const requests = Object.hasOwn(PASSTHROUGH, key) ? PASSTHROUGH[key] : undefined;
  if (requests === undefined || !requests((spec ?? {}) as Record<string, unknown>)) return undefined;
  return `${name}: requests passthrough, but is not read: use an Ingress`;
}

/** Returns the hint for a TLSRoute, which is read by `nspass lint` only. */
export function unroutedHint({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `TLSRoute ${namespace}/${name}: requests passthrough, but is not routed yet: use an Ingress`;
}
