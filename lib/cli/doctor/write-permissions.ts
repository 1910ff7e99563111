import { firstOf } from '../../contract/index.ts';
import { commandPolicies, engineCommands, onlyReads } from '../../nitro/index.ts';
import { type DoctorCheck, failed, MOST_NAMED, ok, unseen } from './check.ts';

/** A command policy that is bound to a user. */
export interface BoundPolicy {
  readonly name: string;
  readonly allows: boolean;
  /** Regular expression of the appliance; undefined if it cannot be read. */
  readonly spec: string | undefined;
}

/** What is known of a command. */
type Verdict = 'allowed' | 'denied' | 'unknown';

/** The commands with which the engine writes, and whether the user may run them. */
export interface WritePermissions {
  readonly systemId: string;
  readonly username: string;
  /** Whether the configuration makes the engine write at all (`policy: sync`). */
  readonly needed: boolean;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Why some are unknown. */
  readonly reason: string;
}

/** Returns the commands of the engine that write, once each. */
export function writeCommands(partition: boolean): ReturnType<typeof engineCommands> {
  const seen = new Set<string>();
  return engineCommands().filter(({ command, operation }) => {
    if (onlyReads(operation) || seen.has(command) || (operation === 'switch' && !partition)) return false;
    seen.add(command);
    return true;
  });
}

/** Everything, as the vendor's default administrator and the built-in policy `superuser` have it. */
export const EVERYTHING: BoundPolicy = { name: 'superuser', allows: true, spec: '.*' };

/**
 * Judges every writing command by command policies, as the appliance does: the first that matches decides, and none denies.
 * A command behind a policy that cannot be read is unknown.
 *
 * @param policies in the order of their priorities.
 */
export function judgeByPolicies(
  policies: readonly BoundPolicy[],
  systemId: string,
  partition: boolean,
): Map<string, Verdict> {
  return new Map(
    writeCommands(partition).map(({ command, named }) => [
      command,
      verdictOf(policies, named ? `${command} ${systemId}-doctor` : command),
    ]),
  );
}

function verdictOf(policies: readonly BoundPolicy[], line: string): Verdict {
  for (const { allows, spec } of policies) {
    const matches = matchesSpec(spec, line);
    if (matches === undefined) return 'unknown';
    if (matches) return allows ? 'allowed' : 'denied';
  }
  return 'denied';
}

/** @returns undefined for an expression that only the appliance understands. */
function matchesSpec(spec: string | undefined, line: string): boolean | undefined {
  if (spec === undefined) return undefined;
  try {
    return new RegExp(spec, 'i').test(line);
  } catch {
    return undefined;
  }
}

/** Judges the permissions: one line for what is known, and one for what is not. */
export function writeChecks({ systemId, username, needed, verdicts, reason }: WritePermissions): DoctorCheck[] {
  if (!needed) return [ok('write permissions', 'are not needed: the configuration says policy: observe')];
  const of = (wanted: Verdict): string[] => [...verdicts].flatMap(([command, is]) => (is === wanted ? [command] : []));
  const [allowed, denied, unknown] = [of('allowed'), of('denied'), of('unknown')];
  return [
    ...(denied.length === 0
      ? []
      : [
          failed(
            'write permissions',
            `the user may not: ${firstOf(denied, MOST_NAMED)}`,
            remedyFor(denied, systemId, username),
          ),
        ]),
    ...(denied.length > 0 || allowed.length === 0
      ? []
      : [ok('write permissions', `${allowed.length} of ${verdicts.size} commands of the engine`)]),
    ...(unknown.length === 0
      ? []
      : [
          unseen(
            allowed.length + denied.length === 0 ? 'write permissions' : 'other writes',
            `${reason} (${firstOf(unknown, MOST_NAMED)})`,
            allowed.length + denied.length === 0
              ? 'Add --try-writes: it sends writes for names that do not exist, which change nothing.'
              : undefined,
          ),
        ]),
  ];
}

/** Returns the commands that bind the policies in which the denied commands are. */
function remedyFor(denied: readonly string[], systemId: string, username: string): string {
  const binds = commandPolicies(systemId, true).flatMap(({ name, spec }, index) =>
    denied.some(
      (command) => new RegExp(spec, 'i').test(command) || new RegExp(spec, 'i').test(`${command} ${systemId}-a`),
    )
      ? [`bind system user ${username} ${name} ${(index + 1) * 10}`]
      : [],
  );
  return `On the appliance: ${binds.join('; ')}. docs/deploy/netscaler-user.md creates the ${binds.length === 1 ? 'policy' : 'policies'}.`;
}
