import { type ProbeResult, probe } from '../../certificates/index.ts';
import type { InterpretRules } from '../../ingress/index.ts';
import { type ApplianceTargetOptions, configOf } from '../appliance-target.ts';
import { type ClusterQuery, type ClusterReader, readClusterSources } from '../cluster-sources.ts';
import { readRules } from '../lint-rules.ts';
import { readTargets } from '../lint-sources.ts';
import { terminalProgress } from '../progress.ts';
import { UsageError } from '../usage.ts';
import { type Candidates, candidatesFor } from './candidates.ts';
import type { ApplianceSight, NamingObject, QueueSight, WhyInput } from './input.ts';
import { namedObject } from './object-name.ts';
import type { GatewaySources } from './route-candidates.ts';
import { seeAppliance } from './see-appliance.ts';
import type { WarningReader } from './see-warnings.ts';

const PROBE_MS = 5_000;

/** Options of `nspass why` that decide what is looked at. */
export interface WhyOptions extends ApplianceTargetOptions, ClusterQuery {
  readonly from?: string;
  readonly live?: boolean;
  readonly cluster: string;
  readonly deployment?: string;
  readonly probe?: boolean;
}

/** Readers of a live cluster, for `--live`. */
export interface ClusterReaders {
  readonly objects: ClusterReader;
  readonly warnings: WarningReader;
}

/** Looks at everything that the options name. @throws {UsageError} */
export async function gather(host: string, options: WhyOptions, readers?: ClusterReaders): Promise<WhyInput> {
  const { cluster } = options;
  const config = configOf(options);
  if (options.config !== undefined && config?.clusters.includes(cluster) === false) {
    throw new UsageError(
      `${config.name} does not serve the cluster ${cluster}: name one of ${config.clusters.join(', ')} with --cluster.`,
    );
  }
  const sought = await soughtIn(host, options, readRules(options), readers);
  const appliance = await seeAppliance(options, host, cluster, typeof sought === 'string' ? undefined : sought);
  return {
    host,
    cluster,
    ...(typeof sought === 'string' ? { candidates: sought } : await warned(sought, options, readers)),
    appliance,
    queue: await queueOf(options, config?.name),
    probes: await probesOf(options, appliance, host),
    now: Date.now(),
  };
}

async function soughtIn(
  host: string,
  options: WhyOptions,
  rules: InterpretRules,
  readers: ClusterReaders | undefined,
): Promise<Candidates | string> {
  const sources = await sourcesOf(options, readers?.objects);
  return typeof sources === 'string' ? sources : candidatesFor(sources, host, options.cluster, rules);
}

async function sourcesOf(options: WhyOptions, reader: ClusterReader | undefined): Promise<GatewaySources | string> {
  if (options.from !== undefined) {
    return { ...(await readTargets([options.from], process.stdin, terminalProgress())), partial: true };
  }
  if (options.live !== true) return 'no manifests or cluster were named (--from DIR, or --live)';
  try {
    return await readClusterSources(reader, options, terminalProgress());
  } catch (error) {
    return (error as Error).message;
  }
}

/** Adds the newest warning to each object, where the cluster is live. */
async function warned(
  { candidates, nearest, wildcard, covering }: Candidates,
  options: WhyOptions,
  readers: ClusterReaders | undefined,
): Promise<Pick<WhyInput, 'candidates' | 'nearest' | 'wildcard' | 'covering'>> {
  const all: NamingObject[] = [];
  for (const candidate of candidates) {
    const reads = options.live === true && options.from === undefined;
    const warning = reads ? await readers?.warnings(options, namedObject(candidate.name)) : undefined;
    all.push(warning === undefined ? candidate : { ...candidate, warning });
  }
  return {
    candidates: all,
    ...(wildcard === undefined ? {} : { wildcard }),
    ...(covering === undefined ? {} : { covering }),
    ...(nearest === undefined ? {} : { nearest }),
  };
}

async function queueOf(options: WhyOptions, name: string | undefined): Promise<QueueSight | string> {
  const { deployment } = options;
  if (deployment === undefined) return 'the queue was not looked at (--deployment)';
  const appliance = options.appliance ?? (options.config === undefined ? undefined : name);
  if (appliance === undefined) return 'the queue needs --config and --appliance';
  // Only this option needs the clients of AWS.
  const { seeQueue } = await import('./see-queue.ts');
  return seeQueue({ ...options, deployment, appliance });
}

async function probesOf(
  options: WhyOptions,
  appliance: ApplianceSight,
  host: string,
): Promise<readonly ProbeResult[] | string> {
  if (options.probe !== true) return 'no handshake was tried (--probe)';
  if (appliance.kind !== 'read') return 'the VIP is known to the appliance only, which was not seen';
  const frontends = appliance.routes.filter(({ frontend }) => frontend.kind === 'tls').map(({ frontend }) => frontend);
  return Promise.all(frontends.map(({ vip, port }) => probe(vip, port, host, PROBE_MS)));
}
