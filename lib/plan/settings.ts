import { ownerKey } from '../contract/index.ts';
import { decodeSettings, encodeSetting, type Setting, settledSettings } from '../ledger/index.ts';
import type { Resource } from '../netscaler/index.ts';
import { type Attributes, type Frontend, frontendKey, type RouteSet } from '../route/index.ts';
import { type Comparison, compared } from './diff.ts';
import type { FrontendInput } from './scope.ts';

/** A setting that an owner in scope requests, and that an older request overrides. */
export interface SettingConflict {
  readonly frontend: Frontend;
  readonly wanted: Setting;
  readonly decided: Setting;
}

/** The settings of one front end, before and after the plan. */
export interface FrontendSettings extends Comparison {
  readonly before: Attributes;
  readonly after: Attributes;
  /** Attributes that nobody requests any more. */
  readonly unset: readonly string[];
  readonly conflicts: readonly SettingConflict[];
}

/** Returns the settings that an owner requests for each of its front ends (CON-5). */
export function settingsOf(set: RouteSet): Setting[] {
  return Object.entries(set.frontendSettings).map(([attribute, value]) => ({
    attribute,
    value: String(value),
    created: set.created,
    ownerKey: ownerKey(set.owner),
    owner: set.owner,
  }));
}

/** CON-5: compares the rows of requested settings. The oldest request for an attribute decides. */
export function compareSettings({ map, scope: { frontend, rows }, owners }: FrontendInput): FrontendSettings {
  const found = decodeSettings(rows);
  const wanted = frontend.kind === 'tls' ? (owners.settings.get(frontendKey(frontend)) ?? []) : [];
  const after = settledSettings([...found.filter(({ ownerKey: key }) => !owners.byKey.has(key)), ...wanted]);
  const before = settledSettings(found);
  const conflicts = wanted.flatMap((setting): SettingConflict[] => {
    const decided = after.get(setting.attribute);
    return decided === undefined || decided.value === setting.value ? [] : [{ frontend, wanted: setting, decided }];
  });
  return {
    conflicts,
    before: valuesOf(before),
    after: valuesOf(after),
    unset: [...before.keys()].filter((attribute) => !after.has(attribute)),
    desired: wanted.map((setting) => settingResource(map, setting)),
    actual: found
      .filter(({ ownerKey: key }) => owners.byKey.has(key))
      .map((setting) => compared(settingResource(map, setting))),
  };
}

const valuesOf = (settled: ReadonlyMap<string, Setting>): Attributes =>
  Object.fromEntries([...settled].map(([attribute, { value }]) => [attribute, value]));

/** Returns the row of a setting as an object of the front end's map. */
function settingResource(map: string, setting: Setting): Resource {
  const { key, value, comment } = encodeSetting(setting);
  return {
    role: 'setting',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key },
    attributes: { value, comment },
    owners: [setting.ownerKey],
  };
}
