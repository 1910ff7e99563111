import { namesOf, type Resource } from '../../../lib/netscaler/index.ts';

export const CONTEXT = { system: 'nsp', names: namesOf('nsp'), drainSeconds: 60 };

/** One line for each resource: `role type id…`, for tables. */
export const outline = (resources: readonly Resource[]): string[] =>
  resources.map(({ role, type, id }) => [role, type, ...Object.values(id)].join(' '));

/** Attributes of the only resource of a role. */
export function attributesOf(resources: readonly Resource[], role: Resource['role']): Resource['attributes'] {
  const found = resources.filter((resource) => resource.role === role);
  if (found.length !== 1) throw new Error(`${found.length} resources of role ${role}`);
  return (found[0] as Resource).attributes;
}
