import { compareText, objectOf } from '../../contract/index.ts';
import type { GatewayConfirmation } from '../../gateway/index.ts';
import { refOf } from '../state/ingress-ref.ts';

/** The answer of one appliance about a Gateway. */
interface ApplianceAnswer extends GatewayConfirmation {
  readonly appliance: string;
}

/** Takes the name of a Gateway, `namespace/name`, whose confirmation changed. */
type ConfirmationListener = (name: string) => void;

/**
 * Holds what the appliances have confirmed about each Gateway (GW-13), for the status:
 *
 * | answers about a Gateway | confirmation |
 * |---|---|
 * | none yet | none |
 * | of one appliance | that answer |
 * | of several appliances | all addresses, all listeners, and the refusal of the first appliance by name that has one |
 *
 * Names are `namespace/name`. Callers drop answers that are older than the last one of the appliance.
 */
export class GatewayConfirmations {
  /** Gateway → appliance → its answer. */
  readonly #answers = new Map<string, Map<string, ApplianceAnswer>>();
  readonly #listeners = new Set<ConfirmationListener>();

  /**
   * Calls a listener after each change of a confirmation.
   *
   * @returns the function that ends it.
   */
  onChange(listener: ConfirmationListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @returns undefined before the first answer. */
  get(name: string): GatewayConfirmation | undefined {
    const answers = this.#answers.get(name);
    return answers === undefined ? undefined : unite([...answers.values()]);
  }

  replace(name: string, appliance: string, answer: GatewayConfirmation): void {
    const before = textOf(this.get(name));
    const answers = this.#answers.get(name) ?? new Map<string, ApplianceAnswer>();
    this.#answers.set(name, answers.set(appliance, { ...answer, appliance }));
    if (textOf(this.get(name)) !== before) this.#announce(name);
  }

  /** The Gateway is gone. */
  forget(name: string): void {
    if (this.#answers.delete(name)) this.#announce(name);
  }

  /** An object is gone. @param name as `nameInCluster` makes it: it may be that of a Gateway. */
  forgetObject(name: string): void {
    const { namespace, name: owner } = refOf(name);
    const { kind, name: own } = objectOf({ name: owner });
    if (kind === 'Gateway') this.forget(`${namespace}/${own}`);
  }

  #announce(name: string): void {
    for (const listener of this.#listeners) listener(name);
  }
}

function unite(answers: readonly ApplianceAnswer[]): GatewayConfirmation {
  const sorted = [...answers].sort((a, b) => compareText(a.appliance, b.appliance));
  const refusal = sorted.find((answer) => answer.refusal !== undefined)?.refusal;
  return {
    addresses: [...new Set(sorted.flatMap(({ addresses }) => addresses))],
    listeners: new Set(sorted.flatMap(({ listeners }) => [...listeners])),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** Returns a confirmation as one text, for comparison: sets have no order of their own. */
const textOf = (confirmation: GatewayConfirmation | undefined): string =>
  confirmation === undefined
    ? ''
    : JSON.stringify([confirmation.addresses, [...confirmation.listeners].sort(), confirmation.refusal]);
