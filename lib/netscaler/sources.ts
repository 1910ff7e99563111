import { ACCESS_LISTS, type AccessList, accessIn, type BackendKey, type Frontend } from '../route/index.ts';
import { withSources } from './expressions.ts';
import type { Names } from './names.ts';
import type { Resource } from './resource.ts';

/** A back end with the networks that decide who may connect to its hosts (VAL-17). */
interface RestrictedBackend {
  /** Name of its objects. */
  readonly name: string;
  readonly key: BackendKey;
  readonly frontend: Frontend;
}

/** Returns the family of an address or a network. A front end's is that of its clients. */
const familyOf = (text: string): 4 | 6 => (text.includes(':') ? 6 : 4);

/** Returns the names of the data sets that a back end has. */
export function sourceSets(names: Names, { name, key }: RestrictedBackend): Partial<Record<AccessList, string>> {
  const lists = accessIn(key.settings)?.lists;
  if (lists === undefined) return {};
  return Object.fromEntries(
    ACCESS_LISTS.filter((list) => lists.has(list)).map((list) => [list, names.sourceSet(name, list)]),
  );
}

/**
 * Returns a policy's rule that only admits the clients that may connect. A client that may not is taken by no policy of a
 * back end, and so meets the reset behind its host's tier: it never falls to a wildcard.
 */
export function restricted(names: Names, backend: RestrictedBackend, rule: string): string {
  const sets = sourceSets(names, backend);
  return Object.keys(sets).length === 0 ? rule : withSources(rule, familyOf(backend.frontend.vip), sets);
}

/**
 * Returns the data sets of a back end, and their entries. They belong to this back end alone, and the lists are part of its
 * key: other lists are other data sets of another back end, so that a host takes them over in one step.
 *
 * @param networks of each list, as far as they are known. Those of the other family are for front ends of that: a data set
 *   without entries admits nobody, and keeps nobody out.
 */
export function sourceResources(
  names: Names,
  backend: RestrictedBackend,
  networks: Readonly<Partial<Record<AccessList, readonly string[]>>>,
  { comment, owners }: { readonly comment: string; readonly owners: readonly string[] },
): Resource[] {
  const family = familyOf(backend.frontend.vip);
  const type = `ipv${family}`;
  return (Object.entries(sourceSets(names, backend)) as [AccessList, string][]).flatMap(([list, name]): Resource[] => [
    { role: 'source-set', type: 'policydataset', id: { name }, attributes: { type, comment }, owners },
    ...(networks[list] ?? [])
      .filter((network) => familyOf(network) === family)
      .map(
        (value): Resource => ({
          role: 'source',
          type: 'policydataset_value_binding',
          id: { name, value },
          attributes: {},
          owners,
        }),
      ),
  ]);
}
