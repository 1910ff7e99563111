import { CODE_FACTS } from './codes.ts';
import { DATA_PLANE_FACTS } from './data-plane.ts';
import type { Fact, FactValue } from './fact.ts';
import { LIMIT_FACTS } from './limits.ts';
import { PROTOCOL_FACTS } from './protocol.ts';

/**
 * Every fact about an appliance that only a real one can settle: the one list for the probe that asks, the simulator that
 * answers, and the page that shows both.
 */
export const FACTS = {
  ...LIMIT_FACTS,
  ...PROTOCOL_FACTS,
  ...CODE_FACTS,
  ...DATA_PLANE_FACTS,
} as const satisfies Readonly<Record<string, Fact>>;

export type FactId = keyof typeof FACTS;

type ValueOf<V> = V extends 'yes-no' ? boolean : V extends 'code' ? number : V extends readonly (infer W)[] ? W : never;

/** A value for each fact: how one appliance behaves. */
export type ApplianceBehaviour = { readonly [Id in FactId]: ValueOf<(typeof FACTS)[Id]['values']> };

export const FACT_IDS = Object.keys(FACTS) as readonly FactId[];

/** Returns a fact by its id. */
export const factOf = (id: FactId): Fact => FACTS[id];

/** Returns whether a text is the id of a fact. */
export const isFactId = (text: string): text is FactId => Object.hasOwn(FACTS, text);

/** Returns the values that the product expects. */
export function expectedBehaviour(): ApplianceBehaviour {
  const values = FACT_IDS.map((id): [FactId, FactValue] => [id, FACTS[id].expected]);
  return Object.fromEntries(values) as ApplianceBehaviour;
}
