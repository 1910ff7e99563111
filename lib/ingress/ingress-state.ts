import { compareText, type IngressState, isUid, type ResolvedBackend } from '../contract/index.ts';
import { CLASS_ANNOTATION, hasPrefix } from './annotations.ts';
import { refKey, toBackendRef, toRules } from './backend-ref.ts';
import type { K8sIngress } from './kubernetes.ts';
import { isOwnAnnotation } from './own-annotations.ts';
import type { Selection } from './selection.ts';
import { list, record, text } from './shape.ts';

/** Returns seconds since the epoch; 0 where the timestamp is missing or invalid. */
export function epochSeconds(timestamp: unknown): number {
  const milliseconds = Date.parse(text(timestamp) ?? '');
  return milliseconds > 0 ? Math.floor(milliseconds / 1000) : 0;
}

function toAnnotations(annotations: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept = Object.entries(annotations).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' &&
      (hasPrefix(entry[0]) || isOwnAnnotation(entry[0]) || entry[0] === CLASS_ANNOTATION),
  );
  return Object.fromEntries(kept.sort(([a], [b]) => compareText(a, b)));
}

/**
 * Projects the TLS entries. An entry without hosts covers all hosts (VAL-3), so an entry that cannot be read must not
 * turn into one: an entry that is not a mapping is left out, and a host that is not text becomes one that matches none.
 */
function toTls(entries: unknown): IngressState['tls'] {
  return list(entries)
    .filter((entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry))
    .map((entry) => {
      const hosts = record(entry).hosts;
      const names = Array.isArray(hosts) ? hosts : hosts === undefined || hosts === null ? [] : [hosts];
      return { hosts: [...new Set(names.map((host) => text(host) ?? ''))].sort(compareText) };
    })
    .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
}

/**
 * Projects an Ingress to the state that an event carries: only the fields that the rules read, sorted where order has no
 * meaning. Rules and paths keep their order, because findings name them by position.
 *
 * @param backends result of {@link resolveBackends} for the Ingress.
 */
export function projectIngress(
  ingress: K8sIngress,
  selection: Selection,
  backends: readonly ResolvedBackend[],
): IngressState {
  const metadata = record(ingress.metadata);
  const spec = record(ingress.spec);
  const { uid } = metadata;
  return {
    namespace: text(metadata.namespace) ?? '',
    name: text(metadata.name) ?? '',
    ...(isUid(uid) ? { uid } : {}),
    created: epochSeconds(metadata.creationTimestamp),
    ...(selection.class === undefined ? {} : { class: selection.class }),
    annotations: toAnnotations(record(metadata.annotations)),
    ...(spec.defaultBackend === undefined || spec.defaultBackend === null
      ? {}
      : { defaultBackend: toBackendRef(spec.defaultBackend) }),
    rules: toRules(ingress),
    tls: toTls(spec.tls),
    backends: [...backends].sort((a, b) => compareText(refKey(a), refKey(b))),
  };
}
