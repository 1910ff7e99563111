import * as z from 'zod/mini';
import { GatewayState, IngressState, type ReceivedEvent, type SourceState, TlsRouteState } from '../contract/index.ts';
import { readText } from './read-text.ts';
import { replaceFile } from './replace-file.ts';
import { UsageError } from './usage.ts';

const VERSION = 1;

/** A plan as `nspass plan --out` saves it and `nspass apply` reads it. It holds no secret. */
const PlanFile = z.strictObject({
  nspassPlan: z.literal(VERSION),
  /** Appliance of the plan; any other is refused. */
  appliance: z.strictObject({ name: z.string(), endpoints: z.array(z.string()), systemId: z.string() }),
  cluster: z.string(),
  clusterUid: z.string(),
  sequence: z.int(),
  partial: z.boolean(),
  states: z.array(z.union([IngressState, TlsRouteState, GatewayState])),
  /** Whether the states hold the TLSRoutes of the cluster; true where it is absent. */
  tlsRoutes: z.optional(z.boolean()),
  /** Reason why the prune guard would refuse the removals; such a plan needs an approval. */
  refusal: z.optional(z.string()),
  /** Commands that the plan writes, in order: the appliance must still need exactly these. */
  commands: z.array(z.string()),
});
export type PlanFile = z.infer<typeof PlanFile>;

/** States that a preview's events carry. */
export function statesOf(events: readonly ReceivedEvent[]): SourceState[] {
  return events.flatMap((event): SourceState[] => {
    if (event.detailType === 'Cluster Snapshot') return event.data.ingresses;
    if (event.detailType === 'TLSRoute Snapshot') return event.data.tlsRoutes;
    if (event.detailType === 'TLSRoute Changed') return [event.data.tlsRoute];
    return event.detailType === 'Ingress Changed' ? [event.data.ingress] : [];
  });
}

/** @throws {UsageError} where the file cannot be written. */
export function writePlan(file: string, plan: Omit<PlanFile, 'nspassPlan'>): void {
  try {
    replaceFile(file, `${JSON.stringify({ nspassPlan: VERSION, ...plan }, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw UsageError.of(Object.assign(error as Error, { path: file }));
  }
}

/** @throws {UsageError} where the file is missing, or not a plan. */
export function readPlan(file: string): PlanFile {
  const text = readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not a plan: it is not JSON. Make one with nspass plan --out.`, { cause: error });
  }
  const parsed = PlanFile.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${file} is not a plan of this version of nspass. Make one with nspass plan --out.`);
}
