import type { BackendRef, IngressState } from '../contract/index.ts';
import type { K8sIngress } from './kubernetes.ts';
import { byText, integer, list, record, text } from './shape.ts';

/** A Service and port, as an Ingress names them. */
export interface ServiceRef {
  readonly service: string;
  /** A name of digits alone is taken for the number: no port can be named so. */
  readonly port: number | string;
}

/** The longest names that the contract carries: longer ones exist nowhere, so they are not found when cut either. */
const SERVICE_NAME_LIMIT = 253;
const PORT_NAME_LIMIT = 63;

function portOf(value: unknown): number | string | undefined {
  const port = record(value);
  const number = integer(port.number);
  if (number !== undefined) return number;
  const name = text(port.name)?.slice(0, PORT_NAME_LIMIT);
  if (name === undefined || name === '') return undefined;
  return /^[0-9]{1,5}$/.test(name) ? Number(name) : name;
}

/** Projects the back end of a path; empty where it names none. */
export function toBackendRef(value: unknown): BackendRef {
  const backend = record(value);
  const service = record(backend.service);
  const name = text(service.name)?.slice(0, SERVICE_NAME_LIMIT);
  if (name !== undefined && name !== '') {
    const port = portOf(service.port);
    return { service: { name, ...(port === undefined ? {} : { port }) } };
  }
  const resource = record(backend.resource);
  const kind = text(resource.kind);
  return kind === undefined ? {} : { resource: { kind, name: text(resource.name) ?? '' } };
}

/** Projects the rules: one entry for each, also for those that cannot be read, so that their positions stay. */
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

/** Names a back end within an Ingress. */
export function refKey(ref: ServiceRef): string {
  return `${ref.service}:${ref.port}`;
}

/** The Services and ports that the rules of an Ingress name, each once, sorted: what must be resolved for it. */
export function serviceRefs(ingress: K8sIngress): ServiceRef[] {
  const refs = new Map<string, ServiceRef>();
  for (const rule of toRules(ingress)) {
    for (const { backend } of rule.paths) {
      if (backend.service?.port === undefined) continue;
      const ref = { service: backend.service.name, port: backend.service.port };
      refs.set(refKey(ref), ref);
    }
  }
  return [...refs.values()].sort((a, b) => byText(refKey(a), refKey(b)));
}
