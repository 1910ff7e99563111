import type { Owner } from '../contract/index.ts';
import { DEFAULTS, identity, isOutOfTier, objectName, parseMembers, type Resource } from '../netscaler/index.ts';
import { type Change, compared, diff, same } from '../plan/index.ts';
import type { WeightedMember } from '../route/index.ts';
import type { AuditCode, AuditFinding } from './findings.ts';

/**
 * Returns one finding for each object that differs, as the engine itself would see it. Pure. Does not compare members:
 * the ledger holds only their hash.
 *
 * @param owners returns the owners whose events repair a resource.
 */
export function compareObjects(
  desired: readonly Resource[],
  actual: readonly Resource[],
  owners: (resource: Resource) => readonly Owner[],
): AuditFinding[] {
  const is = new Map(actual.map((resource) => [identity(resource), resource]));
  const should = new Map(desired.map((resource) => [identity(resource), resource]));
  const changes = diff(desired, actual.map(compared), new Map()).filter(({ op }) => op !== 'members');
  // An object that cannot be updated is removed and added again: that is one difference.
  const byObject = new Map(changes.map((change) => [identity(change.resource), change]));
  // A priority outside its tier is a finding of its own.
  for (const [id, resource] of is) if (isOutOfTier(resource)) byObject.delete(id);
  return [...byObject].map(([id, { resource, op }]) => {
    const before = is.get(id);
    const after = should.get(id);
    return {
      code: codeOf(resource, before, after),
      object: objectName(resource),
      ...texts(op, resource, before, after),
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

/** Describes an object that exists; its comment is what an operator must give it back. */
export const thereWith = (comment: unknown): string =>
  comment === undefined ? 'there' : `there with comment ${JSON.stringify(comment)}`;

function texts(
  op: Change['op'],
  { attributes }: Resource,
  before: Resource | undefined,
  after: Resource | undefined,
): Pick<AuditFinding, 'is' | 'should' | 'fields'> {
  if (before === undefined) return { is: 'missing', should: thereWith(after?.attributes.comment) };
  if (after === undefined) return { is: 'there', should: 'gone' };
  if (op === 'enable') {
    return { is: 'disabled', should: 'enabled', fields: [{ field: 'state', is: 'DISABLED', should: 'ENABLED' }] };
  }
  const list = (names: readonly string[], from: Resource['attributes']): string =>
    names.map((name) => `${name} ${JSON.stringify(from[name] ?? null)}`).join(', ');
  if (op === 'unset') {
    const names = Object.keys(attributes);
    return {
      is: list(names, before.attributes),
      should: names.map((name) => `${name} as by default`).join(', '),
      fields: names.map((field) => ({ field, is: valueText(before.attributes[field]), should: 'as by default' })),
    };
  }
  const differing = Object.keys(after.attributes).filter((name) => !same(after, name, before.attributes[name]));
  const off = Object.keys(DEFAULTS[after.type] ?? {}).filter(
    (name) => after.attributes[name] === undefined && before.attributes[name] !== undefined,
  );
  const names = differing.length > 0 ? differing : off;
  const wanted = differing.length > 0 ? after.attributes : (DEFAULTS[after.type] ?? {});
  return {
    is: list(names, before.attributes),
    should: list(names, wanted),
    fields: names.map((field) => ({
      field,
      is: valueText(before.attributes[field]),
      should: valueText(wanted[field]),
    })),
  };
}

/** Returns a value as people read it. */
function valueText(value: string | number | undefined): string {
  if (value === undefined) return 'not set';
  return value === '' ? 'empty' : String(value);
}

/** Returns the members of a group, from the resources that were found. */
export function membersOf(found: readonly Resource[], group: string): WeightedMember[] {
  const list = found.find(({ role, id }) => role === 'members' && id.servicegroupname === group);
  return parseMembers(String(list?.attributes.members ?? '')).map(({ ip, ...member }) => ({ address: ip, ...member }));
}

export function hasGroup(found: readonly Resource[], group: string): boolean {
  return found.some(({ role, id }) => role === 'service-group' && id.servicegroupname === group);
}
