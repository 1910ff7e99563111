import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { Appliances } from '../config/appliances.ts';
import { explain } from '../contract/index.ts';
import type { Rules } from '../ingress/index.ts';
import { LintTargetUnusable } from './lint-sources.ts';

/** What decides which rules apply. */
export interface RuleOptions {
  /** Path of `appliances.yml`. */
  readonly config?: string;
  /** The appliance in it; needed where it has several. */
  readonly appliance?: string;
  /** VIP of Ingresses without `frontend-ip`. */
  readonly defaultVip?: string;
}

async function readAppliances(path: string): Promise<Appliances['appliances']> {
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new LintTargetUnusable(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const parsed = Appliances.safeParse(value);
  if (!parsed.success) throw new LintTargetUnusable(`${path} is no configuration: ${explain(parsed.error)}.`);
  return parsed.data.appliances;
}

/**
 * The rules of an appliance; without a configuration, all addresses and hosts are allowed.
 *
 * @throws {LintTargetUnusable} if the configuration cannot be read or the appliance is not told.
 */
export async function readRules({ config, appliance, defaultVip }: RuleOptions): Promise<Rules> {
  const vip = defaultVip === undefined ? {} : { defaultVip };
  if (config === undefined) return { ipsets: [], hostOwnership: [], ...vip };
  const appliances = await readAppliances(config);
  const names = appliances.map(({ name }) => name).join(', ');
  const chosen = appliance ?? (appliances.length === 1 ? appliances[0]?.name : undefined);
  const found = appliances.find(({ name }) => name === chosen);
  if (found === undefined) {
    const why =
      chosen === undefined ? 'has several appliances: choose one with --appliance' : `has no appliance ${chosen}`;
    throw new LintTargetUnusable(`${config} ${why} (${names}).`);
  }
  return {
    ipsets: found.ipsets,
    hostOwnership: found.hostOwnership,
    ...(found.defaultVip === undefined ? {} : { defaultVip: found.defaultVip }),
    ...(found.frontendIPs === undefined ? {} : { frontendIPs: found.frontendIPs }),
    ...(found.memberNetworks === undefined ? {} : { memberNetworks: found.memberNetworks }),
    ...vip,
  };
}
