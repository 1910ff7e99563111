import type { LiveState } from '../node/live-state.ts';
import { defaults, isShownAsNumber } from '../schema/defaults.ts';
import { schemas } from '../schema/schema.ts';
import type { StoredRow } from '../store/store.ts';
import { computed } from './computed.ts';

/** Attributes that are never shown: secrets, and arguments of commands. */
const hidden = new Set(['password', 'passplain', 'rpcnodepassword', 'radkey', 'secondarypassword', 'newname']);

const VSERVERS = new Set(['lbvserver', 'csvserver']);

function shown(kind: string, attribute: string, value: unknown): unknown {
  return typeof value === 'number' && !isShownAsNumber(kind, attribute) ? String(value) : value;
}

/** Shows whole minutes in minutes, as the appliance does. */
function monitorInterval(row: StoredRow, attribute: string): unknown {
  const whole =
    row.interval !== undefined &&
    (row.units3 ?? 'SEC') === 'SEC' &&
    Number(row.interval) % 60 === 0 &&
    Number(row.interval) > 0;
  if (!whole) return undefined;
  return attribute === 'interval' ? Number(row.interval) / 60 : attribute === 'units3' ? 'MIN' : undefined;
}

/** Returns an attribute as it is shown; undefined when it is not shown. */
export function attributeOf(kind: string, row: StoredRow, attribute: string, live: LiveState): unknown {
  if (hidden.has(attribute) || attribute.startsWith('$')) return undefined;
  if (attribute === 'state' && VSERVERS.has(kind) && !live.behaviour['state-shown']) return undefined;
  if (kind === 'lbmonitor') {
    const special = monitorInterval(row, attribute);
    if (special !== undefined) return shown(kind, attribute, special);
  }
  const compute = computed[kind]?.[attribute];
  const value = compute === undefined ? (row[attribute] ?? defaults[kind]?.[attribute]) : compute(row, live);
  return shown(kind, attribute, value);
}

/** Returns a row as it is shown: values set, defaults, and attributes that the appliance computes. */
export function present(
  kind: string,
  row: StoredRow,
  live: LiveState,
  only?: ReadonlySet<string>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const names = new Set([
    ...(schemas.get(kind)?.key ? [schemas.get(kind)!.key] : []),
    ...Object.keys(row),
    ...Object.keys(defaults[kind] ?? {}),
    ...Object.keys(computed[kind] ?? {}),
  ]);
  for (const name of names) {
    if (only !== undefined && !only.has(name.toLowerCase())) continue;
    if (kind === 'policypatset_pattern_binding' && name === 'string') continue;
    const value = attributeOf(kind, row, name, live);
    if (value !== undefined) result[name] = value;
  }
  return result;
}
