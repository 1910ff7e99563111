import { type Names, POLICY_ENDING, PRIORITY, type Resource } from '../../netscaler/index.ts';
import type { Frontend } from '../../route/index.ts';
import { escapePattern } from '../path.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { toResource } from './rows.ts';

const BINDING = 'sslvserver_sslpolicy_binding';

const bindingOf = (row: NitroRow): Resource =>
  toResource('policy-binding', BINDING, { type: 'CLIENTHELLO_REQ', ...row }, []);

/** Reads the bindings of SSL policies of one front end, with their priorities. */
export async function readPolicyBindings(reader: NitroReader, names: Names, frontend: Frontend): Promise<Resource[]> {
  return (await reader.rows(BINDING, { name: names.csvserver(frontend) })).map(bindingOf);
}

/** Some bindings of a front end. */
export interface SomePolicyBindings {
  /** Names of back ends, all of whose policies are read. */
  readonly backends: readonly string[];
  /** Priorities that are looked at. */
  readonly priorities: readonly number[];
}

/**
 * Reads some bindings of SSL policies of one front end, so that what a change reads does not grow with the others. Whether
 * a filter of bindings takes a pattern, for a number above all, is undocumented (V): each pattern ends with the gate, which
 * every front end has, and an answer without it proves that nothing else in it can be trusted.
 *
 * @returns undefined where the appliance does not filter so, or the gate is not bound.
 */
export async function readSomePolicyBindings(
  reader: NitroReader,
  names: Names,
  frontend: Frontend,
  { backends, priorities }: SomePolicyBindings,
): Promise<Resource[] | undefined> {
  const gate = names.gate(frontend);
  const policies = `/^(${backends.map((name) => `${escapePattern(name)}${POLICY_ENDING}|`).join('')}${escapePattern(gate)})$/`;
  const filters: Readonly<Record<string, string>>[] = [
    ...(priorities.length === 0 ? [] : [{ priority: `/^(${[...priorities, PRIORITY.gate].join('|')})$/` }]),
    ...(backends.length === 0 ? [] : [{ policyname: policies }]),
  ];
  const found = new Map<string, Resource>();
  for (const filter of filters) {
    const rows = (await reader.rows(BINDING, { name: names.csvserver(frontend), filter })).map(bindingOf);
    if (!rows.some(({ id }) => id.policyname === gate)) return undefined;
    for (const row of rows) found.set(String(row.id.policyname), row);
  }
  return [...found.values()];
}
