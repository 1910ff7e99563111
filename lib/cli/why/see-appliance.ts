import { credentialsSource } from '../../aws/secrets.ts';
import type { ApplianceConfig } from '../../config/appliances.ts';
import { kindOfState, ownerKey, ownerOf, qualifiedName } from '../../contract/index.ts';
import { decodeLedger } from '../../ledger/index.ts';
import { namesOf } from '../../netscaler/index.ts';
import { NitroError, NitroUnreachable, readMap } from '../../nitro/index.ts';
import { preview } from '../../preview/index.ts';
import { readStatus } from '../../status/index.ts';
import { type ApplianceTarget, type ApplianceTargetOptions, configOf, openTarget } from '../appliance-target.ts';
import { ApplianceUnreachable } from '../contact.ts';
import type { Candidates } from './candidates.ts';
import type { ApplianceSight, UnfinishedObject } from './input.ts';
import { routesOver } from './routes-over.ts';

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
    const routes = routesOver(await readStatus(engine.reader, config.systemId), host);
    const unfinished = sought === undefined ? [] : await unfinishedOf(target, cluster, sought);
    return { kind: 'read', name: nameOf(target), ...routes, unfinished };
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
    why: `${options.config === undefined ? 'it' : config.name} cannot be read: ${brief}. User name and password come from ${credentialsSource(config)}.`,
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

/** Returns the objects whose record is pending, each with what it lacks: the engine itself plans it. */
async function unfinishedOf(
  { engine }: ApplianceTarget,
  cluster: string,
  { states, withMembers }: Candidates,
): Promise<UnfinishedObject[]> {
  if (states.length === 0) return [];
  const { settings, reader } = engine;
  const { ingresses } = decodeLedger(await readMap(reader, namesOf(settings.systemId).ledgerMap(cluster)));
  const unfinished: UnfinishedObject[] = [];
  for (const state of states) {
    const owner = ownerOf(kindOfState(state), cluster, state);
    if (ingresses.get(ownerKey(owner))?.state !== 'pending') continue;
    const { commands } = await preview(engine, { cluster, states: [state], withMembers, partial: true });
    unfinished.push({ name: qualifiedName(owner), missing: commands });
  }
  return unfinished;
}
