import type { IngressState, ReceivedEvent } from '../../../lib/contract/index.ts';
import { batches, resident, snapshotEvents } from '../../support/estate.ts';
import { changed } from '../../support/events.ts';
import { type Part, PartlyMeasured } from '../report/part.ts';
import type { ChangeCost, Findings, Row } from '../report/results.ts';
import { Twins } from '../support/twins.ts';

/** More back ends than this do not fit on one address. */
const MOST_ON_ADDRESS = 31_997;
/** Addresses that a larger estate shares evenly. */
const ADDRESSES = 4;
const FEW = 10;
const STORM = 1_000;
const NODES = 5;
/** Sizes with a change of each kind, a storm and a replaced node. */
const WITH_CHANGES: readonly number[] = [1_000, 10_000];
const APPLIANCE = 'appliance';

/** Numbers of Ingresses. */
const SIZES = [100, 1_000, 10_000, 50_000] as const;

export const estates: readonly Part[] = SIZES.map((size) => ({
  name: `estate-${size}`,
  summary: `${size.toLocaleString('en')} Ingresses onto an empty appliance, the same again, verified, audited${
    WITH_CHANGES.includes(size) ? ', and changed' : ''
  }`,
  measure: (folder) => measureEstate(size, folder),
}));

/** The estate with one host and three members each. */
function estateOf(size: number): IngressState[] {
  const addresses = size > MOST_ON_ADDRESS ? ADDRESSES : 1;
  return Array.from({ length: size }, (_, index) => resident(index, { vip: `192.0.2.${10 + (index % addresses)}` }));
}

async function measureEstate(size: number, folder: string): Promise<Findings> {
  const rows: Row[] = [];
  const changes: ChangeCost[] = [];
  const twins = await Twins.start(folder);
  try {
    await steady(twins, size, rows);
    if (WITH_CHANGES.includes(size)) changes.push(...(await changing(twins, size, folder, rows)));
    await twins.compare();
  } catch (error) {
    throw new PartlyMeasured({ rows, changes }, error);
  } finally {
    await twins.stop();
  }
  return { rows, changes };
}

/** What happens without a change of an Ingress. */
async function steady(twins: Twins, size: number, rows: Row[]): Promise<void> {
  const states = estateOf(size);
  const snapshot = (sequence: number, flagged: boolean, verify = false): ReceivedEvent[][] =>
    batches(snapshotEvents(states, sequence, { flagged, ...(verify ? { verify: [APPLIANCE] } : {}) }));
  const cold = await twins.deliver('cold', size, snapshot(1_000_000, true));
  const each = await twins.oneForEach(size);
  rows.push({ ...cold, ...(each === undefined ? {} : { each }) });
  rows.push(await twins.deliver('unchanged', size, snapshot(2_000_000, false)));
  rows.push(await twins.deliver('verified', size, snapshot(3_000_000, true, true)));
  rows.push(await twins.measure('audit', size, () => twins.engine.call('audit')));
}

/** Each kind of change alone, many at once, and a node that all Ingresses have as a member. */
async function changing(twins: Twins, size: number, folder: string, rows: Row[]): Promise<ChangeCost[]> {
  const few = await costsAmongFew(folder);
  let costs: Awaited<ReturnType<typeof allChanges>>['costs'] = [];
  const changes = await twins.measure('changes', size, async () => {
    const measured = await allChanges(twins);
    costs = measured.costs;
    return measured.all;
  });
  rows.push({ ...changes, events: costs.length });

  const states = estateOf(size);
  if (size > FEW + STORM) rows.push(...(await storms(twins, states)));
  const onNodes = (replaced: boolean): ReceivedEvent[][] =>
    batches(
      snapshotEvents(
        states.map((state, index) => withMembers(state, nodes(replaced), 30_000 + (index % 2_768))),
        replaced ? 8_000_000 : 7_000_000,
      ),
    );
  await twins.deliver('node', size, onNodes(false));
  rows.push(await twins.deliver('node', size, onNodes(true)));
  return costs.map(({ what, requests, milliseconds }, index) => ({
    what,
    few: few[index]?.requests ?? 0,
    many: requests,
    milliseconds,
  }));
}

/** Many Ingresses change their members at once: one event each, and then one snapshot. */
async function storms(twins: Twins, states: readonly IngressState[]): Promise<Row[]> {
  // Ingresses that the single changes before left alone.
  const stormy = states.slice(FEW, FEW + STORM);
  const moved = (member: string): IngressState[] => stormy.map((state) => withMembers(state, [member]));
  const singles = moved('10.251.0.1').map((state, index) => changed(5_000_000 + index, state));
  const all = [...states.slice(0, FEW), ...moved('10.251.0.2'), ...states.slice(FEW + STORM)];
  return [
    await twins.deliver('storm-singles', states.length, batches(singles)),
    await twins.deliver('storm-snapshot', states.length, batches(snapshotEvents(all, 6_000_000))),
  ];
}

const allChanges = (twins: Twins) => twins.engine.call('changes', 4_000_000);

async function costsAmongFew(folder: string) {
  const twins = await Twins.start(folder);
  try {
    await twins.deliver('cold', FEW, batches(snapshotEvents(estateOf(FEW), 1_000_000, { flagged: true })));
    return (await allChanges(twins)).costs;
  } finally {
    await twins.stop();
  }
}

/** Addresses of the nodes, with the first one replaced by a new one. */
const nodes = (replaced: boolean): string[] =>
  Array.from({ length: NODES }, (_, index) => `10.252.0.${replaced && index === 0 ? NODES + 1 : index + 1}`);

function withMembers(state: IngressState, addresses: readonly string[], port = 8443): IngressState {
  const members = addresses.map((address) => ({ address, port }));
  return { ...state, backends: state.backends.map((backend) => ({ ...backend, members })) };
}
