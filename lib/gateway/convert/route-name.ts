/** Longest name of an object: a DNS subdomain. */
const LONGEST = 253;

/** Gives names that no other object has. */
export class RouteNames {
  readonly #taken = new Set<string>();

  /**
   * Returns the first name that is free in a namespace: one of the candidates, else the last one with a number. The result is
   * taken from then on.
   *
   * @param candidates DNS subdomains.
   */
  take(namespace: string, candidates: readonly string[]): string {
    const last = candidates.at(-1) ?? 'route';
    for (let number = 1; ; number += 1) {
      const numbered = number === 1 ? candidates : [`${last.slice(0, LONGEST - 12)}-${number}`];
      const free = numbered.map(shortened).find((name) => !this.#taken.has(`${namespace}/${name}`));
      if (free === undefined) continue;
      this.#taken.add(`${namespace}/${free}`);
      return free;
    }
  }
}

/** Cuts a name to the longest one, which ends with a letter or digit. */
function shortened(name: string): string {
  let end = Math.min(name.length, LONGEST);
  while (end > 0 && '.-'.includes(name.charAt(end - 1))) end -= 1;
  return name.slice(0, end);
}
