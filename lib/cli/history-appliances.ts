import type { Command } from 'commander';
import type { FoldedAppliance } from '../history/index.ts';
import { engineSettings } from '../runtime/engine-settings.ts';
import { applianceOf, readConfig } from './read-config.ts';
import { UsageError } from './usage.ts';
import { vipOption } from './vip-option.ts';

/** Options that say for which appliances an archive is read. */
export interface HistoryApplianceOptions {
  readonly config?: string;
  readonly appliance?: string;
  readonly defaultVip?: string;
}

/** Adds the options of {@link HistoryApplianceOptions}. */
export function withHistoryAppliances(command: Command): Command {
  return command
    .option('--config <file>', 'appliances.yml: what each appliance selects and allows')
    .option('--appliance <name>', 'with --config: only this appliance')
    .option('--default-vip <address>', 'without --config: VIP for Ingresses without frontend-ip', vipOption);
}

/** Name of the appliance that stands for any, without a configuration. */
const ANY = 'any';

/**
 * Returns the appliances that the options name. Without a configuration there is one, which selects and allows everything.
 *
 * @throws {UsageError} the options, or the file.
 */
export function historyAppliances({ config, appliance, defaultVip }: HistoryApplianceOptions): FoldedAppliance[] {
  if (config === undefined) {
    if (appliance !== undefined) throw new UsageError('--appliance names an appliance of --config: add --config.');
    return [
      {
        appliance: ANY,
        systemId: 'nsp',
        filter: {},
        rules: { hostOwnership: [], ipsets: [], ...(defaultVip === undefined ? {} : { defaultVip }) },
        policy: 'sync',
        prune: { percent: 30, minimum: 10 },
      },
    ];
  }
  if (defaultVip !== undefined) {
    throw new UsageError('Name either --config or --default-vip, not both: appliances.yml has the default VIP.');
  }
  const all = readConfig(config);
  const wanted = appliance === undefined ? all : [applianceOf(all, appliance, config)];
  return wanted.map((each) => ({ ...engineSettings(each, all), clusters: each.clusters }));
}
