import type { Finding } from '../contract/index.ts';
import { contentHash } from './content.ts';

/**
 * Which findings of an Ingress are known already, so that each is reported once for each change and not once for
 * each try (REP-2). The same finding from two appliances is one. Remembers hashes, and only of Ingresses with any.
 */
export class FindingsLog {
  /** Ingress → who found → hashes. */
  readonly #known = new Map<string, Map<string, ReadonlySet<string>>>();

  /**
   * Replaces what `finder` found of an Ingress.
   *
   * @param finder an appliance, or a stage of the forwarder.
   * @returns those that nobody had found before.
   */
  replace(name: string, finder: string, findings: readonly Finding[]): Finding[] {
    const finders = this.#known.get(name);
    if (findings.length === 0 && finders === undefined) return [];
    const before = new Set([...(finders?.values() ?? [])].flatMap((hashes) => [...hashes]));
    const hashes = findings.map((finding) => contentHash(finding));
    if (findings.length > 0) this.#known.set(name, (finders ?? new Map()).set(finder, new Set(hashes)));
    else if (finders?.delete(finder) && finders.size === 0) this.#known.delete(name);
    return findings.filter((_, index) => {
      const hash = hashes[index] as string;
      return !before.has(hash) && hashes.indexOf(hash) === index;
    });
  }

  /** The Ingress is gone. */
  forget(name: string): void {
    this.#known.delete(name);
  }
}
