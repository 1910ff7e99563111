import { type Deployment, deployment, parseSettings } from '../../../infra/settings.ts';
import { ApplianceConfig } from '../../../lib/config/appliances.ts';

export const appliance = (name: string, clusters: string[], more: Record<string, unknown> = {}): ApplianceConfig =>
  ApplianceConfig.parse({
    name,
    clusters,
    endpoints: ['https://10.0.0.5'],
    credentials: { secret: `nspass/${name}` },
    ...more,
  });

export const deploy = (
  settings: Record<string, unknown> = {},
  appliances: ApplianceConfig[] = [appliance('edge', ['c1'])],
  prefix = 'nspass-dev',
): Deployment => deployment(prefix, parseSettings({ appliances: 'appliances.yml', ...settings }), appliances);
