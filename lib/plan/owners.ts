import type { Setting } from '../ledger/index.ts';
import { frontendKey } from '../route/index.ts';
import { holderText } from './hosts.ts';
import type { OwnerInScope, OwnersInScope } from './scope.ts';
import { settingsOf } from './settings.ts';

/** Indexes the owners in scope once for all front ends. */
export function ownersInScope(owners: readonly OwnerInScope[]): OwnersInScope {
  const byKey = new Map(owners.map((owner) => [owner.key, owner]));
  const settings = new Map<string, Setting[]>();
  for (const { wanted } of byKey.values()) {
    if (wanted === undefined) continue;
    const requested = settingsOf(wanted);
    if (requested.length === 0) continue;
    for (const key of new Set(wanted.routes.map((route) => frontendKey(route.frontend)))) {
      const here = settings.get(key) ?? [];
      here.push(...requested);
      settings.set(key, here);
    }
  }
  return { byKey, holders: new Set([...byKey.values()].map(({ owner }) => holderText(owner))), settings };
}
