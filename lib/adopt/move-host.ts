import { type IngressState, type Owner, ownerKey, type ReceivedEvent } from '../contract/index.ts';
import { decodeClaims, decodeHosts, hostDigest, type LedgerRow, type RecordedFrontends } from '../ledger/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { readMap } from '../nitro/index.ts';
import { statements } from '../preview/index.ts';
import { type Engine, reconcile } from '../reconcile/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';
import { readBank } from './bank.ts';
import { type AdoptionCandidate, hostsOf, restrictedTo } from './candidates.ts';
import { type AdoptContext, AdoptionStopped, readLedger } from './context.ts';
import type { IncumbentServer } from './incumbent.ts';
import { incumbentView } from './incumbent-view.ts';

/** Outcomes that say that an Ingress is not on the appliance as it should be. */
const FAILURES: ReadonlySet<string> = new Set(['Ingress Failed', 'Ingress Rejected']);

/**
 * Takes one host over: the engine programs its Ingress with the hosts that it has already and this one. Its last write
 * is the host's row, which makes policies in front of the incumbent's match: from then on new connections are ours, and
 * those that are open stay where they are.
 *
 * @throws {AdoptionStopped} the appliance did not accept it; the incumbent serves the host as before.
 */
export async function takeOver(
  context: AdoptContext,
  server: IncumbentServer,
  candidate: AdoptionCandidate,
): Promise<void> {
  const { owner, state, host, frontend } = candidate;
  const rows = await frontendRows(context, frontend);
  const hosts = new Set([...claimedHosts(rows, frontend, owner, state), host]);
  await deliver(context, server, changed(context, restrictedTo(state, hosts)));
  const now = decodeHosts(await frontendRows(context, frontend));
  if (now.has(host)) return;
  throw new AdoptionStopped(`${host} was written, and is not there: somebody else changes the appliance`);
}

/** Hosts of one Ingress that are given back. */
export interface GivenBack {
  readonly owner: Owner;
  readonly hosts: ReadonlySet<string>;
  /** Undefined where the Ingress is gone: then all its hosts are given back. */
  readonly state: IngressState | undefined;
}

/**
 * Gives hosts of an Ingress back: their rows are removed first, so that the incumbent's policies match again. Connections
 * that are open stay on our back end, which drains.
 */
export async function giveBack(context: AdoptContext, server: IncumbentServer, given: GivenBack): Promise<void> {
  const { owner, state, hosts } = given;
  const rows = await frontendRows(context, server.frontend);
  if (state === undefined) refusePart(rows, server.frontend, given);
  const kept = state === undefined ? [] : claimedHosts(rows, server.frontend, owner, state);
  const left = new Set(kept.filter((host) => !hosts.has(host)));
  const event =
    state === undefined || left.size === 0 ? withdrawn(context, owner) : changed(context, restrictedTo(state, left));
  await deliver(context, server, event);
}

/**
 * Withdraws Ingresses whose take-over was interrupted before any of their hosts was bound: their policies name the map of
 * the front end, which goes with its last host.
 */
export async function withdrawUnfinished(context: AdoptContext, server: IncumbentServer): Promise<void> {
  const { engine, cluster } = context;
  const slot = frontendKey(server.frontend);
  const isHere = (frontends: RecordedFrontends | undefined): boolean =>
    frontends === 'anywhere' || (frontends ?? []).some((frontend) => frontendKey(frontend) === slot);
  const rows = await frontendRows(context, server.frontend);
  const bound = new Set([...decodeHosts(rows).keys()].map(hostDigest));
  const claims = decodeClaims(rows, slot).filter((claim) => bound.has(claim.hostDigest));
  const served = new Set(claims.map(({ ownerKey: key }) => key));
  const { ingresses } = await readLedger(engine, cluster);
  for (const { key, namespace, name, kind, state, frontends, formerFrontends } of ingresses.values()) {
    if (served.has(key) || (kind === 'tombstone' && state === 'applied')) continue;
    if (!isHere(frontends) && !isHere(formerFrontends)) continue;
    await deliver(context, server, withdrawn(context, { cluster, namespace, name }));
  }
}

/** Refuses to restore a front end on which policies of ours are bound. @throws {AdoptionStopped} */
export async function refuseBound({ engine }: AdoptContext, server: IncumbentServer): Promise<void> {
  const left = (await readBank(engine.reader, engine.settings.systemId, server.name)).find(({ ours }) => ours);
  if (left === undefined) return;
  throw new AdoptionStopped(
    `${left.policy} is still bound to ${server.name}: give back what was taken over for other clusters, too`,
  );
}

/** Refuses to give back a part of an Ingress that nobody has read. @throws {AdoptionStopped} */
function refusePart(rows: readonly LedgerRow[], frontend: Frontend, { owner, hosts }: GivenBack): void {
  const digests = new Set([...hosts].map(hostDigest));
  const key = ownerKey(owner);
  const claims = decodeClaims(rows, frontendKey(frontend)).filter((claim) => claim.ownerKey === key);
  if (claims.every((claim) => digests.has(claim.hostDigest))) return;
  throw new AdoptionStopped(
    `${owner.namespace}/${owner.name} has other hosts, and is not among the Ingresses that were read: give all of them back, or name its manifest`,
  );
}

/** Delivers events to the engine, which sees the incumbent's front end as ours. */
async function deliver(
  context: AdoptContext,
  { frontend, name }: IncumbentServer,
  events: readonly ReceivedEvent[],
): Promise<void> {
  const { engine } = context;
  const { reader, writer } = incumbentView(engine, engine.settings.systemId, [{ frontend, server: name }]);
  await run({ ...withoutKept(engine), reader, writer }, events);
}

/** What was kept of the front end without the view would be wrong with it, and the other way round. */
function withoutKept({ kept: _, ...engine }: Engine): Engine {
  return { ...engine, settings: { ...engine.settings, policy: 'sync' } };
}

async function run(engine: Engine, events: readonly ReceivedEvent[]): Promise<void> {
  const { outcomes } = await reconcile(engine, events, async () => {});
  const failed = outcomes.find(({ detailType }) => FAILURES.has(detailType));
  if (failed === undefined) return;
  const { data } = failed;
  const reason = 'reason' in data ? String(data.reason) : 'the appliance did not accept it';
  throw new AdoptionStopped(`${'name' in data ? `${data.namespace}/${data.name}` : ''}: ${reason}`);
}

/** Lets the engine compare everything of these Ingresses on a front end that is ours, and write what differs. */
export async function verifyOurs(context: AdoptContext, events: readonly ReceivedEvent[]): Promise<void> {
  await run(withoutKept(context.engine), events);
}

/** Returns the events that let the engine verify an Ingress with these hosts. */
export function changed(context: AdoptContext, state: IngressState): ReceivedEvent[] {
  const { cluster, clusterUid, nextSequence, engine } = context;
  const { appliance } = engine.settings;
  return statements([state], { cluster, clusterUid, sequence: nextSequence(), appliance, partial: true });
}

function withdrawn(context: AdoptContext, { cluster, namespace, name }: Owner): ReceivedEvent[] {
  const { clusterUid, nextSequence, engine } = context;
  const sequence = nextSequence();
  const data = { cluster, clusterUid, sequence, verify: [engine.settings.appliance], namespace, name };
  return [{ id: 'adopt-back', time: sequence, detailType: 'Ingress Withdrawn', data }];
}

/** Reads the map of a front end. */
export function frontendRows({ engine }: AdoptContext, frontend: Frontend): Promise<LedgerRow[]> {
  return readMap(engine.reader, namesOf(engine.settings.systemId).frontendMap(frontend));
}

/** Returns the Ingresses that claim a host on a front end. */
export async function ownersOf(context: AdoptContext, frontend: Frontend, host: string): Promise<Owner[]> {
  const digest = hostDigest(host);
  const claims = decodeClaims(await frontendRows(context, frontend), frontendKey(frontend));
  return claims.filter((claim) => claim.hostDigest === digest).map(({ owner }) => owner);
}

/** Returns the hosts of an Ingress that it claims on a front end. */
export function claimedHosts(
  rows: readonly LedgerRow[],
  frontend: Frontend,
  owner: Owner,
  state: IngressState,
): string[] {
  const key = ownerKey(owner);
  const digests = new Set(
    decodeClaims(rows, frontendKey(frontend))
      .filter((claim) => claim.ownerKey === key)
      .map((claim) => claim.hostDigest),
  );
  return hostsOf(state).filter((host) => digests.has(hostDigest(host)));
}
