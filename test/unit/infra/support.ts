import { type Deployment, deployment, parseSettings } from '../../../infra/settings.ts';
import { Appliance } from '../../../lib/config/appliances.ts';

export const appliance = (name: string, clusters: string[], more: Record<string, unknown> = {}): Appliance =>
  Appliance.parse({
    name,
    clusters,
    endpoints: ['https://10.0.0.5'],
    credentials: { secret: `nspass/${name}` },
    ...more,
  });

export const deploy = (
  settings: Record<string, unknown> = {},
  appliances: Appliance[] = [appliance('edge', ['c1'])],
  prefix = 'nspass-dev',
): Deployment => deployment(prefix, parseSettings({ appliances: 'appliances.yml', ...settings }), appliances);
