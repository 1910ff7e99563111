import type { NitroError, NitroRow } from '../../nitro/index.ts';

/** Result of one check. */
export interface DoctorCheck {
  readonly check: string;
  readonly result: 'ok' | 'failed' | 'unseen';
  readonly text: string;
  readonly remedy?: string;
}

/** Everything that was read of an appliance. A row is undefined if the user may not read it. */
export interface ApplianceFacts {
  readonly name: string;
  readonly version: NitroRow | undefined;
  readonly features: NitroRow | undefined;
  readonly nodes: readonly NitroRow[];
  /** Resource type → error of reading it; undefined if it could be read. */
  readonly reads: ReadonlyMap<string, NitroError | undefined>;
  /** Findings of an audit: what differs from the ledger. */
  readonly drift: readonly string[];
}

const ok = (check: string, text: string): DoctorCheck => ({ check, result: 'ok', text });
const failed = (check: string, text: string, remedy: string): DoctorCheck => ({
  check,
  result: 'failed',
  text,
  remedy,
});
const unseen = (check: string, text: string): DoctorCheck => ({ check, result: 'unseen', text });

/** Oldest release that the system is written for. */
const OLDEST: readonly [major: number, minor: number] = [13, 1];
const FEATURES = ['lb', 'cs', 'ssl', 'responder'] as const;
/** Types and findings that are named in one line. */
const MOST_NAMED = 3;

/** Judges an appliance: one check for each thing that the system needs. Pure. */
export function applianceChecks(facts: ApplianceFacts): DoctorCheck[] {
  return [
    ok('reachable', `${facts.name} answers, and accepts user name and password`),
    checkVersion(facts.version),
    checkFeatures(facts.features),
    checkRole(facts.nodes),
    checkReads(facts.reads),
    unseen('write permissions', 'are not tried, because that would write: docs/deploy/netscaler-user.md lists them'),
    checkDrift(facts.drift),
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

function checkFeatures(row: NitroRow | undefined): DoctorCheck {
  if (row === undefined) return unseen('features', 'the user may not read them: LB, CS, SSL and RESPONDER must be on');
  const off = FEATURES.filter((name) => String(row[name]).toLowerCase() !== 'true').map((name) => name.toUpperCase());
  return off.length === 0
    ? ok('features', 'LB, CS, SSL and RESPONDER are on')
    : failed(
        'features',
        `${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} off, or not licensed`,
        `On the appliance: enable ns feature ${off.join(' ')}`,
      );
}

function checkRole(nodes: readonly NitroRow[]): DoctorCheck {
  const self = nodes.find(({ id }) => String(id) === '0');
  if (self === undefined) return unseen('role', 'the user may not read it; writes need the primary of a pair');
  const state = String(self.state ?? '');
  if (/^primary$/i.test(state)) return ok('role', nodes.length > 1 ? 'primary of a pair' : 'stand-alone');
  return failed('role', `the node is ${state}`, 'Name the addresses of both nodes: writes go to the primary.');
}

function checkReads(reads: ApplianceFacts['reads']): DoctorCheck {
  const denied = [...reads].filter(([, error]) => error !== undefined);
  const [first] = denied;
  if (first === undefined) return ok('read permissions', `all ${reads.size} types that the engine reads`);
  const names = denied.slice(0, MOST_NAMED).map(([type]) => type);
  const more = denied.length > MOST_NAMED ? ` and ${denied.length - MOST_NAMED} more` : '';
  return failed(
    'read permissions',
    `${names.join(', ')}${more}: ${first[1]?.message}`,
    'Bind the command policies of docs/deploy/netscaler-user.md to the user.',
  );
}

function checkDrift(drift: readonly string[]): DoctorCheck {
  if (drift.length === 0) return ok('drift', 'every object is as recorded');
  const more = drift.length > MOST_NAMED ? `; ${drift.length - MOST_NAMED} more` : '';
  return failed(
    'drift',
    `${drift.slice(0, MOST_NAMED).join('; ')}${more}`,
    'The audit repairs it within minutes; if it stays: docs/runbooks/appliance-restored.md.',
  );
}
