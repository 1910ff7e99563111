import { answers, type Place, type Variant, type Wishes } from './model.ts';

interface Entry {
  /** Number of the change. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly variant: Variant | undefined;
}

/** What each Ingress was, by time: the claims that events on their way may still speak of. */
export class ClaimHistory {
  readonly #entries = new Map<string, Entry[]>();
  /** Number of the last change. */
  last = 0;

  /** Records the wishes of a time, where they differ from those before. */
  record(wishes: Wishes, at: number): void {
    for (const key of new Set([...this.#entries.keys(), ...wishes.ingresses.keys()])) {
      const ingress = wishes.ingresses.get(key);
      const variant =
        ingress === undefined
          ? undefined
          : { ingress, members: wishes.members.get(`${ingress.cluster} ${ingress.service}`) ?? [] };
      const entries = this.#entries.get(key) ?? [];
      const last = entries.at(-1)?.variant;
      if (JSON.stringify(last) === JSON.stringify(variant) && entries.length > 0) continue;
      this.last += 1;
      entries.push({ number: this.last, at, variant });
      this.#entries.set(key, entries);
    }
  }

  /** Returns what clients may meet if all changes up to number `since` have arrived, and any later one may have. */
  possible(place: Place, since: number): Set<string> {
    const all = [...this.#entries.values()].map((entries) => {
      const later = entries.filter(({ number }) => number > since);
      const before = entries.findLast(({ number }) => number <= since);
      const variants = [before?.variant, ...later.map(({ variant }) => variant)];
      return [...variants, ...withOtherMembers(variants)];
    });
    return answers(all, place);
  }

  /** Returns the time of the last change of any Ingress of a cluster. */
  lastChange(cluster: string): number {
    let last = 0;
    for (const [key, entries] of this.#entries) {
      if (key.startsWith(`${cluster} `)) last = Math.max(last, entries.at(-1)?.at ?? 0);
    }
    return last;
  }
}

/**
 * Returns the wishes of an Ingress with members of its Service at another time. An Ingress and the endpoints of its Service are
 * objects of their own, and one event may carry a change of both:
 *
 * - Members are written before hosts are bound or unbound: clients of a host that goes meet the members that came.
 * - Hosts are bound before the policies of an empty back end are unbound: where all members go, clients of a host that comes
 *   meet them until then.
 *
 * @param variants in the order of their time.
 */
function withOtherMembers(variants: readonly (Variant | undefined)[]): Variant[] {
  return variants.flatMap((earlier, index) =>
    variants.slice(index + 1).flatMap((later): Variant[] => {
      if (earlier === undefined || later?.ingress.service !== earlier.ingress.service) return [];
      const goes = { ingress: earlier.ingress, members: later.members };
      return later.members.length > 0 ? [goes] : [goes, { ingress: later.ingress, members: earlier.members }];
    }),
  );
}
