import { firstOf } from '../../contract/index.ts';
import type { NitroError, NitroRow } from '../../nitro/index.ts';
import { type DoctorCheck, failed, MOST_NAMED, ok, unseen } from './check.ts';
import { type ClockReading, clockCheck } from './clock.ts';
import { type WritePermissions, writeChecks } from './write-permissions.ts';

/** Result of the first contact with an appliance. */
export type ApplianceContact =
  | { readonly result: 'accepted' }
  /** It answered, and rejected user and password. */
  | { readonly result: 'rejected'; readonly reason: string }
  /** It did not answer, or not as a NetScaler. */
  | { readonly result: 'silent'; readonly reason: string }
  /** It was not called, because user name and password, or the file of its authority, are missing. */
  | { readonly result: 'not called'; readonly reason: string };

/** Everything that was read of an appliance that answers. A row is undefined if the user may not read it. */
export interface ApplianceFacts {
  readonly version: NitroRow | undefined;
  readonly features: NitroRow | undefined;
  readonly licence: NitroRow | undefined;
  readonly nodes: readonly NitroRow[];
  readonly clock: ClockReading | undefined;
  /** Resource type → error of reading it; undefined if it could be read. */
  readonly reads: ReadonlyMap<string, NitroError | undefined>;
  readonly writes: WritePermissions;
  /** Clusters of the configuration without a ledger. */
  readonly unknownClusters: readonly string[];
  /** Findings of an audit: what differs from the ledger. */
  readonly drift: readonly string[];
}

/** Oldest release that the system is written for. */
const OLDEST: readonly [major: number, minor: number] = [13, 1];
const FEATURES = ['lb', 'cs', 'ssl', 'responder'] as const;

/**
 * Judges the first contact.
 *
 * @param endpoints addresses of the appliance.
 * @param source of user name and password, in words.
 */
export function contactChecks(contact: ApplianceContact, endpoints: readonly string[], source: string): DoctorCheck[] {
  const where = endpoints.join(', ');
  switch (contact.result) {
    case 'accepted':
      return [ok('reachable', `${where} answers`), ok('credentials', `accepted; they come from ${source}`)];
    case 'rejected':
      return [
        ok('reachable', `${where} answers`),
        failed(
          'credentials',
          contact.reason,
          'Then run the command again. A few failures lock the user: on the appliance, show system user.',
        ),
      ];
    case 'silent':
      return [
        failed('reachable', contact.reason, `Check that this machine reaches ${where}, then run the command again.`),
        unseen('credentials', `were not tried; they come from ${source}`),
      ];
    case 'not called':
      return [
        unseen('reachable', `${where} was not called`),
        failed('credentials', contact.reason, `Provide ${source} to this process.`),
      ];
  }
}

/** Judges an appliance that answers: one check for each thing that the system needs. Pure. */
export function applianceChecks(facts: ApplianceFacts): DoctorCheck[] {
  return [
    checkVersion(facts.version),
    checkLicence(facts.licence),
    checkFeatures(facts.features, facts.licence),
    checkRole(facts.nodes),
    clockCheck(
      facts.clock,
      'On the appliance: add ntp server NAME, then enable ntp sync. Or correct this machine’s clock.',
    ),
    checkReads(facts.reads, facts.writes),
    ...writeChecks(facts.writes),
    ...checkClusters(facts.unknownClusters),
    checkDrift(facts),
  ];
}

function checkVersion(row: NitroRow | undefined): DoctorCheck {
  const text = String(row?.version ?? '');
  const [, major, minor, build] = /NS(\d+)\.(\d+): Build (\d+(?:\.\d+)*)/.exec(text) ?? [];
  if (major === undefined) return unseen('version', 'the user may not read it');
  const release = `${major}.${minor} build ${build}`;
  const [oldMajor, oldMinor] = OLDEST;
  const supported = Number(major) > oldMajor || (Number(major) === oldMajor && Number(minor) >= oldMinor);
  return supported
    ? ok('version', release)
    : failed(
        'version',
        `${release} is older than ${OLDEST.join('.')}`,
        'Upgrade the appliance, or try it with policy: observe.',
      );
}

const isOn = (row: NitroRow, name: string): boolean => String(row[name]).toLowerCase() === 'true';
const upper = (names: readonly string[]): string[] => names.map((name) => name.toUpperCase());

/** Returns the features that the licence does not contain: they cannot be enabled. */
const unlicensed = (licence: NitroRow | undefined): string[] =>
  licence === undefined ? [] : FEATURES.filter((name) => !isOn(licence, name));

function checkLicence(row: NitroRow | undefined): DoctorCheck {
  if (row === undefined) {
    return unseen(
      'licence',
      'the user may not read it: LB, CS, SSL and RESPONDER must be in it',
      'On the appliance: show ns license. The policies of docs/deploy/netscaler-user.md let the user read it.',
    );
  }
  const missing = upper(unlicensed(row));
  if (missing.length === 0) return ok('licence', 'contains LB, CS, SSL and RESPONDER');
  return failed(
    'licence',
    `does not contain ${missing.join(', ')}: enabling fails with error 356`,
    'Install a licence with these features, and restart the appliance. On it, show ns license lists them.',
  );
}

function checkFeatures(row: NitroRow | undefined, licence: NitroRow | undefined): DoctorCheck {
  if (row === undefined) return unseen('features', 'the user may not read them: LB, CS, SSL and RESPONDER must be on');
  const off = FEATURES.filter((name) => !isOn(row, name));
  if (off.length === 0) return ok('features', 'LB, CS, SSL and RESPONDER are on');
  const first = off.some((name) => unlicensed(licence).includes(name)) ? 'After the licence is installed, on' : 'On';
  return failed(
    'features',
    `${upper(off).join(', ')} ${off.length === 1 ? 'is' : 'are'} off`,
    `${first} the appliance: enable ns feature ${upper(off).join(' ')}`,
  );
}

function checkRole(nodes: readonly NitroRow[]): DoctorCheck {
  const self = nodes.find(({ id }) => String(id) === '0');
  if (self === undefined) return unseen('role', 'the user may not read it; writes need the primary of a pair');
  const state = String(self.state ?? '');
  if (/^primary$/i.test(state)) return ok('role', nodes.length > 1 ? 'primary of a pair' : 'stand-alone');
  return failed('role', `the node is ${state}`, 'Name the addresses of both nodes: writes go to the primary.');
}

function checkReads(reads: ApplianceFacts['reads'], { systemId, username }: WritePermissions): DoctorCheck {
  const denied = [...reads].filter(([, error]) => error !== undefined);
  const [first] = denied;
  if (first === undefined) return ok('read permissions', `all ${reads.size} types that the engine reads`);
  return failed(
    'read permissions',
    `${firstOf(
      denied.map(([type]) => type),
      MOST_NAMED,
    )}: ${first[1]?.message}`,
    `On the appliance: bind system user ${username} ${systemId}-read 10. docs/deploy/netscaler-user.md creates that policy.`,
  );
}

/** A new appliance and a wiped one look alike. */
function checkClusters(unknown: readonly string[]): DoctorCheck[] {
  if (unknown.length === 0) return [];
  return [
    failed(
      'clusters',
      `nothing of ${firstOf(unknown, MOST_NAMED)} is recorded: its desired state has not arrived, or the appliance was wiped`,
      'A new cluster needs its forwarder: docs/deploy/README.md. A wiped appliance: docs/runbooks/appliance-lost.md.',
    ),
  ];
}

function checkDrift({ drift, reads }: ApplianceFacts): DoctorCheck {
  if ([...reads.values()].some((error) => error !== undefined)) {
    return unseen('drift', 'was not looked for: the user may not read every type');
  }
  if (drift.length === 0) return ok('drift', 'every object is as recorded');
  return failed(
    'drift',
    firstOf([drift.slice(0, MOST_NAMED).join('; ')], 1, Math.max(0, drift.length - MOST_NAMED)),
    'The audit repairs it within minutes; if it stays: docs/runbooks/appliance-restored.md.',
  );
}
