const KINDS: ReadonlySet<string> = new Set(['GatewayClass', 'Gateway', 'TLSRoute', 'ReferenceGrant', 'Namespace']);

/**
 * Returns the name of an object in findings. An object of the Gateway API has its kind in front, as kubectl writes it
 * (`tlsroute/web`), so that no other object has its name.
 */
export function nameOfKind(kind: string, name: string): string {
  return KINDS.has(kind) ? `${kind.toLowerCase()}/${name}` : name;
}
