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
  readonly listens: boolean;
}

interface Open {
  readonly frontend: Frontend;
  readonly since: EventRef;
  /** By owner's key. */
  readonly claims: Map<string, Claim>;
  /** Requests for settings by owner's key, of those who have any. */
  readonly requests: Map<string, readonly Setting[]>;
  /** The settings that count, by attribute. */
  decided: ReadonlyMap<string, Decided>;
}

interface Decided {
  readonly setting: Setting;
  /** The event since which it has its value, from its owner. */
  readonly since: EventRef;
}

const NO_SETTINGS: readonly Setting[] = [];

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
      .map(({ frontend, since, claims, decided }) => {
        const all = [...claims.values()].sort(claimOrder);
        return {
          frontend,
          since,
          listeners: all.filter(({ listens }) => listens).map((claim) => ({ owner: claim.owner, since: claim.since })),
          settings: [...decided.values()].map(decidedSetting).sort((a, b) => compareText(a.attribute, b.attribute)),
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
        requests: new Map(),
        decided: new Map(),
      };
      this.#byKey.set(frontendKey(frontend), open);
      open.claims.set(key, claimOf(owner, to, frontend, open.claims.get(key), by));
      // Only TLS front ends have settings.
      request(open, key, frontend.kind === 'tls' ? settingsOf(to) : NO_SETTINGS, by);
    }
  }

  #close(frontend: Frontend, key: string, by: EventRef): void {
    const open = this.#byKey.get(frontendKey(frontend));
    open?.claims.delete(key);
    if (open === undefined) return;
    if (open.claims.size === 0) this.#byKey.delete(frontendKey(frontend));
    else request(open, key, NO_SETTINGS, by);
  }
}

const slot = (frontend: Frontend): string => `${frontendKey(frontend)} ${frontend.kind}`;

/** @param before what the owner had there. */
function claimOf(owner: Owner, set: RouteSet, frontend: Frontend, before: Claim | undefined, by: EventRef): Claim {
  const here = frontendKey(frontend);
  const listens = set.routes.some((route) => route.kind === 'listener' && frontendKey(route.frontend) === here);
  const since = before?.listens === listens ? before.since : by;
  return { owner, since, created: set.created, listens };
}

const decidedSetting = ({ setting: { attribute, value, owner }, since }: Decided): DecidedSetting => {
  return { attribute, value, owner, since };
};

/** Replaces the settings that an owner asks for. An archive has many owners and few settings: most requests decide nothing. */
function request(open: Open, key: string, settings: readonly Setting[], by: EventRef): void {
  const had = open.requests.get(key) ?? NO_SETTINGS;
  if (settings.length > 0) open.requests.set(key, settings);
  else open.requests.delete(key);
  if ([...had, ...settings].some((setting) => mayDecide(open, setting))) open.decided = decide(open, by);
}

/** Returns whether a request counts, or counts before the one that does (CON-5). */
function mayDecide({ decided }: Open, setting: Setting): boolean {
  const now = decided.get(setting.attribute)?.setting;
  return now === undefined || now.ownerKey === setting.ownerKey || claimOrder(setting, now) < 0;
}

/** Returns the settings that count. */
function decide({ requests, decided: before }: Open, by: EventRef): ReadonlyMap<string, Decided> {
  return new Map(
    [...effectiveSettings([...requests.values()].flat())].map(([attribute, setting]) => {
      const had = before.get(attribute);
      const same = had?.setting.value === setting.value && had.setting.ownerKey === setting.ownerKey;
      return [attribute, { setting, since: same ? had.since : by }];
    }),
  );
}
