import { qualifiedName } from '../contract/index.ts';
import type { ApplianceModel } from '../history/index.ts';
import type { NitroReader, NitroWriter } from '../nitro/index.ts';
import { commandsFor, statements } from '../preview/index.ts';
import { coversName, hostOf } from '../route/index.ts';
import type { AtFilter } from './at-report.ts';

/** An appliance that has nothing. */
const EMPTY: NitroReader = {
  rows: async () => [],
  rowsOf: async (_type, names) => new Map(names.map((name) => [name, []])),
  rowsBeside: async () => undefined,
  batch: async (queries) => queries.map(() => []),
  count: async () => 0,
};

const refuse = async (): Promise<never> => {
  throw new Error('nothing is written to an appliance of the past');
};

const NO_WRITER: NitroWriter = {
  add: refuse,
  set: refuse,
  unset: refuse,
  enable: refuse,
  remove: refuse,
  members: refuse,
  upload: refuse,
  save: refuse,
};

/**
 * Returns the commands that would configure an empty appliance alike, as `nspass plan --objects` prints them: the engine
 * plans them.
 *
 * @param now milliseconds since the epoch.
 */
export async function atCommands({ rules, objects }: ApplianceModel, filter: AtFilter, now: number): Promise<string[]> {
  const wanted = [...objects.values()]
    .filter(({ routes }) => routes !== undefined)
    .filter(({ owner }) => filter.cluster === undefined || owner.cluster === filter.cluster)
    .filter(
      ({ routes }) =>
        filter.host === undefined ||
        routes?.routes.some((route) => coversName(hostOf(route), filter.host as string)) === true,
    )
    .sort((a, b) => (nameOf(a.owner) < nameOf(b.owner) ? -1 : 1));
  const events = wanted.flatMap(({ owner, state }, index) =>
    statements([state], {
      cluster: owner.cluster,
      clusterUid: owner.cluster,
      sequence: index + 1,
      appliance: rules.appliance,
      partial: true,
    }),
  );
  const engine = { settings: { ...rules, drainSeconds: 0 }, reader: EMPTY, writer: NO_WRITER, now: () => now };
  return commandsFor(engine, events);
}

const nameOf = (owner: Parameters<typeof qualifiedName>[0] & { readonly cluster: string }): string =>
  `${owner.cluster}/${qualifiedName(owner)}`;
