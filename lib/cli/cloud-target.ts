import type { Command } from 'commander';
import type { CloudOptions } from './cloud.ts';
import { type CloudTarget, cloudFailure } from './cloud-failure.ts';

/** A client of AWS, as far as it knows where it looks. */
interface Client {
  readonly config: {
    region(): Promise<string>;
    credentials(): Promise<{ readonly accountId?: string }>;
  };
}

/** Returns where a client looks. Asks nobody: an account is known only where the credentials name theirs. */
async function placeOf(
  { config }: Client,
  { deployment, endpoint }: CloudOptions & { readonly deployment: string },
  byDefault: boolean,
): Promise<CloudTarget> {
  const region = await config.region().catch(() => undefined);
  const account = await config.credentials().then(
    ({ accountId }) => accountId,
    () => undefined,
  );
  return {
    deployment,
    byDefault,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
  };
}

/** Runs the action of a command, and says errors of the cloud in words. */
export async function inCloud(client: Client, command: Command, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const options = command.opts<CloudOptions & { readonly deployment: string }>();
    const byDefault = command.getOptionValueSource('deployment') === 'default';
    throw cloudFailure(error, await placeOf(client, options, byDefault));
  }
}
