/** What must become of a client's name, told without the appliance: by what each host covers. */

/** A host on a front end, and who claims it. */
export interface ModelClaim {
  readonly host: string;
  /** Decides which claim holds the host: the smallest. */
  readonly age: number;
  readonly backend: string;
  readonly hasMembers: boolean;
}

/** The most labels that a many-label wildcard covers. */
const MOST_LABELS = 6;

/** Returns how specific a host is for a name: less is more. @returns undefined where the host does not cover the name. */
function rank(host: string, name: string): number | undefined {
  if (host === name) return 0;
  const [first = '', ...base] = host.split('.');
  const labels = name.split('.');
  const covered = labels.length - base.length;
  if (covered < 1 || labels.slice(covered).join('.') !== base.join('.')) return undefined;
  if (first === '*') return covered === 1 ? 1 : undefined;
  return first === '**' && covered <= MOST_LABELS ? 1 + covered : undefined;
}

/** Returns the claim that decides about a name: of the most specific host, the oldest one. */
export function decidingClaim(claims: readonly ModelClaim[], name: string): ModelClaim | undefined {
  const lower = name.toLowerCase();
  const covering = claims.flatMap((claim) => {
    const specific = rank(claim.host, lower);
    return specific === undefined ? [] : [{ claim, specific }];
  });
  covering.sort((a, b) => a.specific - b.specific || a.claim.age - b.claim.age);
  return covering[0]?.claim;
}

/** Returns the back end that a name reaches, or `RESET`. */
export function answerFor(claims: readonly ModelClaim[], name: string): string {
  const claim = decidingClaim(claims, name);
  return claim?.hasMembers === true ? claim.backend : 'RESET';
}
