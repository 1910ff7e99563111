import type { Command } from 'commander';
import type { CloudOptions } from './cloud.ts';
import { type CloudTarget, cloudFailure } from './cloud-failure.ts';

/** The part of an AWS client that knows its region and account. */
interface Client {
  readonly config: {
    region(): Promise<string>;
    credentials(): Promise<{ readonly accountId?: string }>;
  };
}

/** Returns the target of a client, without a request: the account is known only if the credentials name it. */
export async function cloudTarget(
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

/** Runs the action of a command, and explains errors of the cloud. */
export async function inCloud<T>(client: Client, command: Command, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const options = command.opts<CloudOptions & { readonly deployment: string }>();
    const byDefault = command.getOptionValueSource('deployment') === 'default';
    throw cloudFailure(error, await cloudTarget(client, options, byDefault));
  }
}
