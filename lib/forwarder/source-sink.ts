import type { ProblemReports } from './feedback/problem-reports.ts';
import type { StatesAhead } from './publish/states-ahead.ts';
import { isGatewayKind } from './source/known-kinds.ts';
import type { SourceObjectKind, SourceSink } from './source/source.ts';
import type { Intake } from './state/intake.ts';
import type { GatewayStatuses } from './status/gateway-statuses.ts';

export interface SourceSinkParts {
  readonly intake: Pick<Intake, 'upsert' | 'remove' | 'missing' | 'listing' | 'listed'>;
  /** Undefined where no statuses are written. */
  readonly statuses: Pick<GatewayStatuses, 'objectChanged' | 'statusChanged'> | undefined;
  readonly problems: Pick<ProblemReports, 'replace'>;
  readonly ahead: Pick<StatesAhead, 'clear'>;
  readonly synced: (complete: boolean) => void;
}

/** Returns the sink that leads a source's changes to the parts of a forwarder: first to the store, then to the statuses. */
export function sourceSink({ intake, statuses, problems, ahead, synced }: SourceSinkParts): SourceSink {
  const changed = (kind: SourceObjectKind, namespace: string, name: string): void => {
    if (isGatewayKind(kind)) statuses?.objectChanged(kind, namespace, name);
  };
  return {
    upsert: (object, triggeredAt) => {
      intake.upsert(object, triggeredAt);
      changed(object.kind, object.metadata.namespace, object.metadata.name);
    },
    remove: (kind, namespace, name) => {
      intake.remove(kind, namespace, name);
      changed(kind, namespace, name);
    },
    missing: (kind, objects) => {
      intake.missing(kind, objects);
      for (const { namespace, name } of objects) changed(kind, namespace, name);
    },
    listing: (kind) => intake.listing(kind),
    listed: (kind) => intake.listed(kind),
    statusChanged: (kind, namespace, name) => {
      // The addresses of a Gateway may stand in its status (GW-6).
      if (kind === 'Gateway') ahead.clear();
      statuses?.statusChanged(kind, namespace, name);
    },
    synced,
    problems: (all) => problems.replace(all),
  };
}
