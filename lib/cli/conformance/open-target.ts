import {
  type Backends,
  type ConformanceTarget,
  FEATURES,
  type Feature,
  type Limits,
  profileOf,
} from '../../conformance/index.ts';
import { jsonLog, silentLog } from '../../telemetry/index.ts';
import { UsageError } from '../usage.ts';
import { clusterTarget } from './cluster-target.ts';
import { startLocalTarget } from './local-target.ts';
import type { ConformanceOptions } from './options.ts';

/** @throws {UsageError} for options that do not fit, or a cluster that cannot be used. */
export async function openTarget(options: ConformanceOptions, backends: Backends): Promise<ConformanceTarget> {
  return options.target === 'local' ? openLocal(options, backends) : openCluster(options, backends);
}

async function openLocal(options: ConformanceOptions, backends: Backends): Promise<ConformanceTarget> {
  const { vip = [], backendAddress, profile, verbose, without = [] } = options;
  if (vip.length > 0 || backendAddress !== undefined || profile !== 'nspass') {
    throw new UsageError('--vip, --backend-address and --profile need --target cluster.');
  }
  const target = await startLocalTarget(backends, verbose ? jsonLog({ level: 'debug' }) : silentLog);
  const features = new Set([...target.features].filter((feature) => !without.includes(feature)));
  return { ...target, features };
}

async function openCluster(options: ConformanceOptions, backends: Backends): Promise<ConformanceTarget> {
  const { vip = [], backendAddress, context, kubeconfig, map } = options;
  const [first, second] = vip;
  if (first === undefined || backendAddress === undefined) {
    throw new UsageError(
      '--target cluster needs --vip, an address that the appliance may use, and --backend-address, the address of this machine.',
    );
  }
  const profile = profileOf(options.profile);
  const limits: Limits = {
    member: options.forbiddenMember,
    host: options.forbiddenHost,
    vip: options.forbiddenVip,
    frontend: options.foreignFrontend,
  };
  try {
    const { createApi, kubeconfigAccess } = await import('../../forwarder/kubernetes/index.ts');
    const access = await kubeconfigAccess(kubeconfig, context);
    return clusterTarget(createApi({ access }), backends, {
      name: access.server,
      profile,
      limits,
      className: options.class ?? profile.className,
      vips: [first, second],
      backendAddress,
      map,
      features: featuresOf(limits, second !== undefined, options.without ?? []),
    });
  } catch (error) {
    throw UsageError.of(error);
  }
}

/** Returns the parts that a cluster has: all but those without an option that says so. */
export function featuresOf(limits: Limits, secondVip: boolean, without: readonly Feature[]): ReadonlySet<Feature> {
  const missing = new Set<Feature>(['unchecked-objects', 'nodes', ...without]);
  if (!secondVip) missing.add('second-vip');
  if (limits.member === undefined) missing.add('limit-members');
  if (limits.host === undefined) missing.add('limit-hosts');
  if (limits.vip === undefined) missing.add('limit-vips');
  if (limits.frontend === undefined) missing.add('foreign-frontend');
  return new Set((Object.keys(FEATURES) as Feature[]).filter((feature) => !missing.has(feature)));
}
