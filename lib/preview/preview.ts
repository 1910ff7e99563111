import {
  backendsOf,
  kindOfState,
  nameInCluster,
  type Owner,
  objectOf,
  qualifiedName,
  type ReceivedEvent,
  type SourceState,
} from '../contract/index.ts';
import { interpretSource } from '../gateway/index.ts';
import { decodeLedger, type Ledger } from '../ledger/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { readMap } from '../nitro/index.ts';
import { order, render } from '../plan/index.ts';
import { type BatchReport, type Engine, reconcile } from '../reconcile/index.ts';
import { readStatus } from '../status/index.ts';
import { fillStates, knownFacts } from './known-facts.ts';
import type { RouteChange, WaitingClaim } from './route-change.ts';
import { routeChanges, waitingClaims } from './route-diff.ts';
import { replaced, tableOfSets, tableOfStatus } from './route-table.ts';
import { statements } from './statements.ts';

/** Desired state of a cluster, and how much of the cluster it is. */
export interface PreviewInput {
  readonly cluster: string;
  readonly states: readonly SourceState[];
  /** Objects that are not among the states stay as they are. */
  readonly partial: boolean;
  /** Whether the states hold the TLSRoutes of the cluster; true by default. */
  readonly tlsRoutes?: boolean;
  /** `namespace/service` of Services whose members the states know. */
  readonly withMembers: ReadonlySet<string>;
  /** UID of the cluster, where it is known; that which the appliance has recorded otherwise. */
  readonly clusterUid?: string;
}

/** Changes that an appliance would make for a desired state. */
export interface Preview {
  readonly routes: readonly RouteChange[];
  readonly waiting: readonly WaitingClaim[];
  /** Commands, in order, in the form of the appliance's command line. */
  readonly commands: readonly string[];
  /** Reason for which the engine would refuse it without a confirmation (rule 11); undefined if it would not. */
  readonly refusal: string | undefined;
  /** Whether it is about the TLSRoutes of the cluster, too. */
  readonly tlsRoutes: boolean;
  /** The events that make these changes. */
  readonly events: readonly ReceivedEvent[];
  /** Whether the UID of the cluster is known: without it, the events must not be written. */
  readonly uidKnown: boolean;
  /** `cluster/namespace/name service:port` of back ends whose members nobody knows. */
  readonly unknownMembers: readonly string[];
}

/** Stands for the UID of a cluster that the appliance does not know yet. Never written. */
const UNKNOWN_UID = 'unknown';

/**
 * Returns what the appliance would change for a desired state. The real engine plans it, in the mode that writes nothing,
 * and compares the real objects.
 *
 * @throws {NitroError} {NitroUnreachable}
 */
export async function preview(engine: Engine, input: PreviewInput): Promise<Preview> {
  const { settings, reader } = engine;
  const { cluster, partial, tlsRoutes = true } = input;
  const names = namesOf(settings.systemId);
  const ledger = decodeLedger(await readMap(reader, names.ledgerMap(cluster)));
  const status = await readStatus(reader, settings.systemId);
  const now = Math.floor(engine.now() / 1000);
  const { states, unknown } = fillStates(input.states, cluster, knownFacts(status), input.withMembers, now);
  const clusterUid = input.clusterUid ?? ledger.uid;
  const about = {
    cluster,
    partial,
    tlsRoutes,
    clusterUid: clusterUid ?? UNKNOWN_UID,
    sequence: Math.max(engine.now(), newest(ledger) + 1),
    appliance: settings.appliance,
  };
  const events = statements(states, about);
  const before = tableOfStatus(status);
  const sets = states.flatMap(
    (state) => interpretSource(cluster, state, settings.rules, settings.filter)?.routes ?? [],
  );
  const given = new Set(states.map(nameOf));
  const keeps = (owner: Owner): boolean =>
    (partial || (!tlsRoutes && objectOf(owner).kind === 'TLSRoute')) && !given.has(qualifiedName(owner));
  const after = replaced(before, cluster, tableOfSets(sets, unknown), keeps);
  const routes = routeChanges(before, after);
  return {
    routes,
    waiting: waitingClaims(after, cluster),
    commands: await commandsFor(engine, events),
    tlsRoutes,
    refusal: partial ? undefined : await refusalOf(engine, statements(states, { ...about, confirmed: false })),
    events,
    uidKnown: clusterUid !== undefined,
    unknownMembers: states.flatMap((state) =>
      backendsOf(state)
        .filter(({ namespace = state.namespace, service }) => !input.withMembers.has(`${namespace}/${service}`))
        .filter(({ members }) => members.length === 0)
        .map(({ service, port }) => `${cluster}/${nameOf(state)} ${service}:${port}`),
    ),
  };
}

const nameOf = (state: SourceState): string => nameInCluster(kindOfState(state), state);

/** Returns the commands of a batch, as the engine would write them now. Nothing is written. */
export async function commandsFor(engine: Engine, events: readonly ReceivedEvent[]): Promise<string[]> {
  const { changes } = await observe(engine, events);
  return order(changes).map(render);
}

/** Returns the reason for which the engine would refuse a snapshot, or both; undefined if it would not. */
async function refusalOf(engine: Engine, unconfirmed: readonly ReceivedEvent[]): Promise<string | undefined> {
  const { refused } = await observe(engine, unconfirmed);
  return refused.length === 0 ? undefined : refused.join('; ');
}

function observe(engine: Engine, events: readonly ReceivedEvent[]): Promise<BatchReport> {
  const observing: Engine = { ...engine, settings: { ...engine.settings, policy: 'observe' } };
  return reconcile(observing, events, async () => {});
}

function newest({ ingresses, watermarks }: Ledger): number {
  const sequences = [
    ...[...ingresses.values()].map(({ sequence }) => sequence),
    ...watermarks.map((mark) => mark.sequence),
  ];
  return sequences.reduce((most, sequence) => Math.max(most, sequence), 0);
}
