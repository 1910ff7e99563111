import type { Finding } from '../../contract/index.ts';
import { contentHash } from '../state/content-hash.ts';

/** The difference to the known findings of an Ingress. */
export interface FindingsChange {
  /** Findings that no finder had reported. */
  readonly news: readonly Finding[];
  /** Codes that this finder had reported and that no finder reports any more; sorted. */
  readonly cleared: readonly string[];
}

const NO_CHANGE: FindingsChange = { news: [], cleared: [] };

/**
 * Remembers the findings of each Ingress, so that each is reported once for each change and not once for each attempt
 * (REP-2). The same finding from two appliances is one. It keeps hashes and codes, not the findings.
 */
export class FindingsLog {
  /** Ingress → finder → hash → code. */
  readonly #known = new Map<string, Map<string, ReadonlyMap<string, string>>>();

  /**
   * Replaces the findings of one finder about an Ingress.
   *
   * @param finder an appliance, or a stage of the forwarder.
   */
  replace(name: string, finder: string, findings: readonly Finding[]): FindingsChange {
    const finders = this.#known.get(name);
    if (findings.length === 0 && finders === undefined) return NO_CHANGE;
    const before = new Set([...(finders?.values() ?? [])].flatMap((hashes) => [...hashes.keys()]));
    const own = new Set(finders?.get(finder)?.values());
    const hashes = findings.map((finding) => contentHash(finding));
    if (findings.length > 0) {
      const codes = new Map(findings.map(({ code }, index) => [hashes[index] as string, code] as const));
      this.#known.set(name, (finders ?? new Map()).set(finder, codes));
    } else if (finders?.delete(finder) && finders.size === 0) this.#known.delete(name);
    const left = new Set([...(this.#known.get(name)?.values() ?? [])].flatMap((codes) => [...codes.values()]));
    return {
      news: findings.filter((_, index) => {
        const hash = hashes[index] as string;
        return !before.has(hash) && hashes.indexOf(hash) === index;
      }),
      cleared: [...own.difference(left)].sort(),
    };
  }

  /** The Ingress is gone. */
  forget(name: string): void {
    this.#known.delete(name);
  }
}
