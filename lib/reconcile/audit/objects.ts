import type { Owner } from '../../contract/index.ts';
import { identity, parseMembers, type Resource } from '../../netscaler/index.ts';
import { type Change, diff, known, misplaced } from '../../plan/index.ts';
import type { AuditCode, AuditFinding } from './findings.ts';

/**
 * Objects as they should be × as they are → one finding for each that differs, as the engine itself would see it.
 * Pure. Members are not compared: what they should be, only a hash tells.
 *
 * @param owners whose events repair it.
 */
export function compareObjects(
  desired: readonly Resource[],
  actual: readonly Resource[],
  owners: (resource: Resource) => readonly Owner[],
): AuditFinding[] {
  const is = new Map(actual.map((resource) => [identity(resource), resource]));
  const should = new Map(desired.map((resource) => [identity(resource), resource]));
  const changes = diff(desired, actual.map(known), new Map()).filter(({ op }) => op !== 'members');
  // What cannot be updated is removed and made again: one difference all the same.
  const byObject = new Map(changes.map((change) => [identity(change.resource), change]));
  // Where in the bank a policy is bound is a finding of its own.
  for (const [id, resource] of is) if (misplaced(resource)) byObject.delete(id);
  return [...byObject].map(([id, { resource, op }]) => {
    const before = is.get(id);
    const after = should.get(id);
    return {
      code: codeOf(resource, before, after),
      object: objectName(resource),
      ...texts(op, before, after),
      owners: owners(resource),
    };
  });
}

function codeOf({ role }: Resource, before: Resource | undefined, after: Resource | undefined): AuditCode {
  const host = role === 'host';
  if (before === undefined) return host ? 'HostMissing' : 'ObjectMissing';
  if (after === undefined) return host ? 'HostUnexplained' : 'ObjectUnexplained';
  return host ? 'HostChanged' : 'ObjectChanged';
}

/** `sslpolicy nsp-gate-192.0.2.10-443`. */
export function objectName({ type, id }: Pick<Resource, 'type' | 'id'>): string {
  return [type, ...Object.values(id)].join(' ');
}

/** The mark is what somebody would have to give it back. */
export const thereWith = (comment: unknown): string =>
  comment === undefined ? 'there' : `there with comment ${JSON.stringify(comment)}`;

function texts(op: Change['op'], before: Resource | undefined, after: Resource | undefined) {
  if (before === undefined) return { is: 'missing', should: thereWith(after?.attributes.comment) };
  if (after === undefined || op === 'unset') return { is: 'there', should: 'gone' };
  const differing = Object.keys(after.attributes).filter(
    (name) => String(after.attributes[name]).toUpperCase() !== String(before.attributes[name]).toUpperCase(),
  );
  const list = ({ attributes }: Resource): string =>
    differing.map((name) => `${name} ${JSON.stringify(attributes[name] ?? null)}`).join(', ');
  return { is: list(before), should: list(after) };
}

/** Members of a group, of the resources that were found. */
export function membersOf(found: readonly Resource[], group: string): { address: string; port: number }[] {
  const list = found.find(({ role, id }) => role === 'members' && id.servicegroupname === group);
  return parseMembers(String(list?.attributes.members ?? '')).map(({ ip, port }) => ({ address: ip, port }));
}

export function hasGroup(found: readonly Resource[], group: string): boolean {
  return found.some(({ role, id }) => role === 'service-group' && id.servicegroupname === group);
}
