import { type BackendRef, compareText, type IngressState } from '../contract/index.ts';
import type { K8sIngress } from './kubernetes.ts';
import { integer, list, record, text } from './shape.ts';

/** A Service and port, as an Ingress names them. */
export interface ServiceRef {
  readonly service: string;
  /** A name of digits counts as the number, because no port can have such a name. */
  readonly port: number | string;
}

/** The longest names that events carry. No Service or port has a longer name, so a name that was cut is not found. */
const SERVICE_NAME_LIMIT = 253;
const PORT_NAME_LIMIT = 63;

function servicePortOf(value: unknown): number | string | undefined {
  const port = record(value);
  const number = integer(port.number);
  if (number !== undefined) return number;
  const name = text(port.name)?.slice(0, PORT_NAME_LIMIT);
  if (name === undefined || name === '') return undefined;
  return /^[0-9]{1,5}$/.test(name) ? Number(name) : name;
}

/** Projects the back end of a path; empty where the path names none. */
export function toBackendRef(value: unknown): BackendRef {
  const backend = record(value);
  const service = record(backend.service);
  const name = text(service.name)?.slice(0, SERVICE_NAME_LIMIT);
  if (name !== undefined && name !== '') {
    const port = servicePortOf(service.port);
    return { service: { name, ...(port === undefined ? {} : { port }) } };
  }
  const resource = record(backend.resource);
  const kind = text(resource.kind);
  return kind === undefined ? {} : { resource: { kind, name: text(resource.name) ?? '' } };
}

/** Projects the rules. A rule that cannot be read gets an entry, too, so that positions stay. */
export function toRules(ingress: K8sIngress): IngressState['rules'] {
  return list(record(ingress.spec).rules).map((value) => {
    const rule = record(value);
    const host = text(rule.host);
    return {
      ...(host === undefined ? {} : { host }),
      paths: list(record(rule.http).paths).map((entry) => {
        const { path, pathType, backend } = record(entry);
        return {
          ...(typeof path === 'string' ? { path } : {}),
          ...(typeof pathType === 'string' ? { pathType } : {}),
          backend: toBackendRef(backend),
        };
      }),
    };
  });
}

/** Returns the key of a back end within an Ingress: `service:port`. */
export function refKey(ref: ServiceRef): string {
  return `${ref.service}:${ref.port}`;
}

/** Returns the Services and ports that the rules of an Ingress name, each once, sorted. */
export function serviceRefs(ingress: K8sIngress): ServiceRef[] {
  const refs = new Map<string, ServiceRef>();
  for (const rule of toRules(ingress)) {
    for (const { backend } of rule.paths) {
      if (backend.service?.port === undefined) continue;
      const ref = { service: backend.service.name, port: backend.service.port };
      refs.set(refKey(ref), ref);
    }
  }
  return [...refs.values()].sort((a, b) => compareText(refKey(a), refKey(b)));
}
