import type { ApplianceConfig } from '../../config/appliances.ts';
import { NitroError, NitroUnreachable } from '../../nitro/index.ts';
import { preview } from '../../preview/index.ts';
import { type RouteStatus, readStatus } from '../../status/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  configOf,
  credentialsSource,
  openTarget,
} from '../appliance-target.ts';
import { ApplianceUnreachable } from '../contact.ts';
import { filterRoutes } from '../status-filter.ts';
import type { Candidates } from './candidates.ts';
import type { ApplianceSight } from './input.ts';

/** Returns the appliance as far as it can be seen. One that does not answer is an answer, too. */
export async function seeAppliance(
  options: ApplianceTargetOptions,
  host: string,
  cluster: string,
  sought: Candidates | undefined,
): Promise<ApplianceSight> {
  const config = configOf(options);
  if (config === undefined) {
    return { kind: 'unseen', why: 'no appliance was named (--nitro, or --config and --appliance)' };
  }
  let target: ApplianceTarget | undefined;
  try {
    target = await openTarget(options);
    const { engine } = target;
    const routes = filterRoutes(await readStatus(engine.reader, config.systemId), { host });
    return { kind: 'read', name: nameOf(target), routes, missing: await missingOf(target, routes, cluster, sought) };
  } catch (error) {
    if (isAnswer(error)) return unreachable(error, config, options);
    throw error;
  } finally {
    await target?.close().catch(() => undefined);
  }
}

/** Returns whether an error is about the appliance: it does not answer, or refuses the request. */
const isAnswer = (error: unknown): error is Error =>
  error instanceof ApplianceUnreachable || error instanceof NitroUnreachable || error instanceof NitroError;

function unreachable(error: Error, config: ApplianceConfig, options: ApplianceTargetOptions): ApplianceSight {
  const brief =
    error instanceof NitroUnreachable
      ? error.brief
      : error.cause instanceof NitroUnreachable
        ? error.cause.brief
        : error.message;
  return {
    kind: 'unreachable',
    why: `${config.endpoints.join(', ')} cannot be read: ${brief}. ${credentialsSource(config)}`,
    remedy: `What its clients meet was not seen. Find what is wrong: nspass doctor ${selectorOf(options)}`,
  };
}

const nameOf = ({ name, config }: ApplianceTarget): string => {
  const addresses = config.endpoints.join(', ');
  return name === addresses ? name : `${name} (${addresses})`;
};

/** Returns the options that name the appliance, for another command. */
function selectorOf({ nitro = [], config, appliance }: ApplianceTargetOptions): string {
  if (config === undefined) return nitro.map((url) => `--nitro ${url}`).join(' ');
  return `--config ${config}${appliance === undefined ? '' : ` --appliance ${appliance}`}`;
}

/** Returns the commands that Ingresses with an unfinished record still need, by the engine itself. */
async function missingOf(
  { engine }: ApplianceTarget,
  routes: readonly RouteStatus[],
  cluster: string,
  sought: Candidates | undefined,
): Promise<readonly string[]> {
  const pending = new Set(
    routes
      .flatMap(({ holder, standby }) => [...(holder === undefined ? [] : [holder]), ...standby])
      .filter((claim) => claim.pending && claim.owner.cluster === cluster)
      .map(({ owner }) => `${owner.namespace}/${owner.name}`),
  );
  const states = (sought?.states ?? []).filter(({ namespace, name }) => pending.has(`${namespace}/${name}`));
  if (sought === undefined || states.length === 0) return [];
  return (await preview(engine, { cluster, states, withMembers: sought.withMembers, partial: true })).commands;
}
