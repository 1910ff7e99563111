/** Kinds of other projects that ask for passthrough, by group and kind, and whether an object of them does. */
const PASSTHROUGH: Readonly<Record<string, (spec: Record<string, unknown>) => boolean>> = {
  'gateway.networking.k8s.io TLSRoute': () => true,
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
 * Says that an object of a kind that is not read does what an Ingress or an EndpointSlice does here; undefined for all
 * the others.
 */
export function unreadHint(kind: string, apiVersion: string, value: object): string | undefined {
  const name = `${kind} ${field(field(value, 'metadata'), 'namespace') ?? 'default'}/${field(field(value, 'metadata'), 'name') ?? ''}`;
  if (kind === 'Endpoints' && apiVersion === 'v1') {
    return `${name}: Endpoints are not read: the API server makes EndpointSlices of them, a folder must hold these itself`;
  }
  const group = apiVersion.split('/')[0] ?? '';
  const key = `${group} ${kind}`;
  const spec = field(value, 'spec');
  const asks = Object.hasOwn(PASSTHROUGH, key) ? PASSTHROUGH[key] : undefined;
  if (asks === undefined || !asks((spec ?? {}) as Record<string, unknown>)) return undefined;
  return `${name}: asks for passthrough, and is not read: here an Ingress does`;
}
