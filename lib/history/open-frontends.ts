import { type Frontend, frontendKey } from '../route/index.ts';

/** The front ends that exist on an appliance: each while some object has routes on it. */
export class OpenFrontends {
  readonly #byKey = new Map<string, { readonly frontend: Frontend; readonly owners: Set<string> }>();

  /** Returns those of these addresses and ports that exist, of either kind. */
  existing(named: readonly Frontend[]): Frontend[] {
    return named.flatMap((frontend) => this.#byKey.get(frontendKey(frontend))?.frontend ?? []);
  }

  has(frontend: Frontend): boolean {
    return this.#byKey.has(frontendKey(frontend));
  }

  /** @param owner key of the object that gives up the first front ends and has the others from now on. */
  move(owner: string, from: readonly Frontend[], to: readonly Frontend[]): void {
    for (const frontend of from) {
      const open = this.#byKey.get(frontendKey(frontend));
      open?.owners.delete(owner);
      if (open?.owners.size === 0) this.#byKey.delete(frontendKey(frontend));
    }
    for (const frontend of to) {
      const key = frontendKey(frontend);
      const open = this.#byKey.get(key) ?? { frontend, owners: new Set() };
      open.owners.add(owner);
      this.#byKey.set(key, open);
    }
  }
}
