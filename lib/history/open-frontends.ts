import { compareText, type Owner, ownerKey } from '../contract/index.ts';
import { claimOrder, effectiveSettings, type Setting } from '../ledger/index.ts';
import { settingsOf } from '../plan/index.ts';
import { type Frontend, frontendKey, frontendsOf, type RouteSet } from '../route/index.ts';
import type { EventRef } from './event-ref.ts';

/** Something that an object says of a front end, and the event since which it counts. */
interface Explained {
  readonly owner: Owner;
  readonly since: EventRef;
}

/** A setting of a front end, as the oldest of those who ask for it decides (CON-5). */
interface DecidedSetting extends Explained {
  readonly attribute: string;
  readonly value: string;
}

/** A front end that exists on an appliance. */
export interface FrontendLine {
  readonly frontend: Frontend;
  /** The event since which it is open. */
  readonly since: EventRef;
  /** Objects that claim the front end itself, the oldest first: Gateways with a listener there (GW-13). */
  readonly listeners: readonly Explained[];
  /** By attribute. */
  readonly settings: readonly DecidedSetting[];
  /** Everybody who has a route there. */
  readonly owners: readonly Owner[];
}

/** What one object has on a front end. */
interface Claim extends Explained {
  readonly created: number;
  readonly settings: readonly Setting[];
  readonly listens: boolean;
}

interface Open {
  readonly frontend: Frontend;
  readonly since: EventRef;
  /** By owner's key. */
  readonly claims: Map<string, Claim>;
  settings: ReadonlyMap<string, DecidedSetting>;
}

/** The front ends that exist on an appliance: each while some object has routes on it. */
export class OpenFrontends {
  readonly #byKey = new Map<string, Open>();

  /** Returns those of these addresses and ports that exist, of either kind. */
  existing(named: readonly Frontend[]): Frontend[] {
    return named.flatMap((frontend) => this.#byKey.get(frontendKey(frontend))?.frontend ?? []);
  }

  has(frontend: Frontend): boolean {
    return this.#byKey.has(frontendKey(frontend));
  }

  /** Returns all front ends, by address and port. */
  sorted(): FrontendLine[] {
    return [...this.#byKey.values()]
      .sort((a, b) => compareText(a.frontend.vip, b.frontend.vip) || a.frontend.port - b.frontend.port)
      .map(({ frontend, since, claims, settings }) => {
        const all = [...claims.values()].sort(claimOrder);
        return {
          frontend,
          since,
          listeners: all.filter(({ listens }) => listens).map((claim) => ({ owner: claim.owner, since: claim.since })),
          settings: [...settings.values()].sort((a, b) => compareText(a.attribute, b.attribute)),
          owners: all.map(({ owner }) => owner),
        };
      });
  }

  /** Replaces what an owner has on front ends. */
  replace(owner: Owner, from: RouteSet | undefined, to: RouteSet | undefined, by: EventRef): void {
    const key = ownerKey(owner);
    const wanted = frontendsOf(to?.routes ?? []);
    const kept = new Set(wanted.map(slot));
    for (const frontend of frontendsOf(from?.routes ?? [])) {
      if (!kept.has(slot(frontend))) this.#close(frontend, key, by);
    }
    if (to === undefined) return;
    for (const frontend of wanted) {
      const open = this.#byKey.get(frontendKey(frontend)) ?? {
        frontend,
        since: by,
        claims: new Map(),
        settings: new Map(),
      };
      this.#byKey.set(frontendKey(frontend), open);
      open.claims.set(key, claimOf(owner, to, frontend, open.claims.get(key), by));
      open.settings = decide(open, by);
    }
  }

  #close(frontend: Frontend, key: string, by: EventRef): void {
    const open = this.#byKey.get(frontendKey(frontend));
    open?.claims.delete(key);
    if (open === undefined) return;
    if (open.claims.size === 0) this.#byKey.delete(frontendKey(frontend));
    else open.settings = decide(open, by);
  }
}

const slot = (frontend: Frontend): string => `${frontendKey(frontend)} ${frontend.kind}`;

/** @param before what the owner had there. */
function claimOf(owner: Owner, set: RouteSet, frontend: Frontend, before: Claim | undefined, by: EventRef): Claim {
  const here = frontendKey(frontend);
  const listens = set.routes.some((route) => route.kind === 'listener' && frontendKey(route.frontend) === here);
  const since = before?.listens === listens ? before.since : by;
  // Only TLS front ends have settings.
  const settings = frontend.kind === 'tls' ? settingsOf(set) : [];
  return { owner, since, created: set.created, settings, listens };
}

/** Returns the settings that count, each with the event since which it has its value, from its owner. */
function decide({ claims, settings: before }: Open, by: EventRef): ReadonlyMap<string, DecidedSetting> {
  const effective = effectiveSettings([...claims.values()].flatMap(({ settings }) => settings));
  return new Map(
    [...effective].map(([attribute, { value, owner }]) => {
      const had = before.get(attribute);
      const same = had?.value === value && ownerKey(had.owner) === ownerKey(owner);
      return [attribute, same ? had : { attribute, value, owner, since: by }];
    }),
  );
}
