import { parseMark, proxyProfile } from '../netscaler/index.ts';
import { type NitroReader, readProxyProfiles } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { PROXY_VERSIONS } from '../route/index.ts';
import { compareObjects } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/**
 * Checks the net profiles of the PROXY protocol that groups name: a changed one sends members another header, or none.
 * Whether a group names the right one depends on its settings, of which the ledger holds only a digest (`check-settings.ts`).
 */
export async function checkProxyProfiles(
  view: NitroReader,
  context: PlanContext,
  state: AuditState,
): Promise<AuditFinding[]> {
  const groups = await view.rows('servicegroup');
  const desired = PROXY_VERSIONS.flatMap((version) => {
    const name = context.names.proxyProfile(version);
    const keys = new Set(
      groups.flatMap(({ netprofile, comment }) => (netprofile === name ? (parseMark(comment)?.ownerKey ?? []) : [])),
    ).difference(state.unsettled);
    return keys.size === 0 ? [] : [proxyProfile(context.names, version, [...keys])];
  });
  const names = new Set(desired.map(({ id }) => id.name));
  const found = (await readProxyProfiles(view, context)).filter(({ id }) => names.has(id.name));
  const ownersOf = new Map(desired.map(({ id, owners }) => [id.name, owners]));
  return compareObjects(desired, found, ({ id }) =>
    // One is enough: its event writes the profile for all.
    (ownersOf.get(id.name as string) ?? []).flatMap((key) => state.owners.get(key) ?? []).slice(0, 1),
  );
}
