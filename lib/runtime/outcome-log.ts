import { kindOfEvent, type SourceKind, type TraceContext } from '../contract/index.ts';
import type { Outcome } from '../reconcile/index.ts';
import type { Log, LogFields } from '../telemetry/index.ts';
import { shortReason } from './reason.ts';

/** Maximum of hosts, and of finding codes, in one line. CloudWatch cuts lines at 256 KB. */
const MAX_ENTRIES = 20;

/** Outcomes that may need attention. */
const WARNINGS: ReadonlySet<Outcome['detailType']> = new Set([
  'Ingress Rejected',
  'Ingress Failed',
  'TLSRoute Rejected',
  'TLSRoute Failed',
  'Gateway Rejected',
  'Gateway Failed',
  'Prune Refused',
]);

/** Fields that name the object of an outcome. */
const NAME_FIELDS: Readonly<Record<SourceKind, string>> = {
  Ingress: 'ingress',
  TLSRoute: 'tlsRoute',
  Gateway: 'gateway',
};

/**
 * Logs an outcome with the data that the forwarder receives, for readers without access to the cluster. The trace is that
 * of the event which it answers.
 */
export function logOutcome(log: Log, outcome: Outcome, { traceId }: Pick<TraceContext, 'traceId'>): void {
  const level = WARNINGS.has(outcome.detailType) ? 'warn' : 'info';
  log[level](outcome.detailType, { ...outcomeFields(outcome), traceId });
}

/** Returns the log fields of an outcome. Long lists are cut, with the number of entries left out. */
function outcomeFields({ detailType, data }: Outcome): LogFields {
  const { cluster, appliance, sequence } = data;
  const fields: Record<string, unknown> = { appliance, cluster, sequence };
  if ('name' in data) fields[NAME_FIELDS[kindOfEvent(detailType)]] = `${data.namespace}/${data.name}`;
  if ('recorded' in data) fields.recorded = data.recorded;
  if ('from' in data) fields.range = `${data.from}-${data.to}`;
  if ('routes' in data) Object.assign(fields, { routes: data.routes, removes: data.removes });
  if ('limitPercent' in data) fields.limitPercent = data.limitPercent;
  if ('ingresses' in data) Object.assign(fields, { ingresses: data.ingresses, changed: data.changed });
  if ('ingresses' in data) fields.removed = data.removed;
  if ('findings' in data) {
    Object.assign(fields, bounded('hosts', data.hosts));
    Object.assign(fields, bounded('findings', [...new Set(data.findings.map(({ code }) => code))]));
    fields.changes = data.changes.length;
  }
  if ('retry' in data) fields.retry = data.retry;
  const reason = reasonOf(data);
  if (reason !== undefined) fields.reason = shortReason(reason);
  return fields;
}

/** Returns the reason of a failure or refusal, or the error messages of a rejection. */
function reasonOf(data: Outcome['data']): string | undefined {
  if ('reason' in data) return data.reason;
  if (!('findings' in data)) return undefined;
  const errors = data.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return errors.length === 0 ? undefined : errors.join(' ');
}

function bounded(name: string, list: readonly string[]): LogFields {
  if (list.length === 0) return {};
  const left = list.length - MAX_ENTRIES;
  return { [name]: list.slice(0, MAX_ENTRIES), ...(left > 0 ? { [`${name}Left`]: left } : {}) };
}
