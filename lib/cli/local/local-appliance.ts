import { hostPort } from '../../contract/index.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { LocalBackends } from './backends.ts';
import type { Cleanup } from './cleanup.ts';
import type { ServiceIndex } from './service-index.ts';
import type { LocalStackOptions } from './stack-options.ts';
import { ConfigFile } from './state-folder.ts';

/** Name of the one appliance of a local stack. */
export const APPLIANCE = 'appliance';
export const CREDENTIALS = { username: 'nsroot', password: 'nsroot' };

export interface LocalAppliance {
  readonly simulator: Simulator;
  /** Saves the running configuration, if there is a state folder. */
  readonly save: () => Promise<void>;
}

/** Starts the simulated appliance, with back ends for members that are not mapped. */
export async function startLocalAppliance(
  options: LocalStackOptions,
  services: ServiceIndex,
  cleanup: Cleanup,
): Promise<LocalAppliance> {
  const backends = new LocalBackends((address) => services.servicesOf(address));
  cleanup.add(() => backends.stop());
  const file = options.stateDir === undefined ? undefined : new ConfigFile(options.stateDir);
  const config = file === undefined ? options.foreignConfig : await file.read();
  const simulator = await startSimulator({
    ...CREDENTIALS,
    ...(options.map === undefined ? {} : { map: options.map }),
    ...(config === undefined ? {} : { config }),
    onFrontend: ({ refused, ...event }) => {
      if (refused === undefined) options.onFrontend?.(event);
      else options.onListenError?.(Object.assign(new Error(`cannot listen: ${refused.code}`), refused));
    },
    resolveMember: ({ address, port }) => backends.at(hostPort(address, port)),
  });
  cleanup.add(() => simulator.stop());
  // Saved configuration that cannot be applied must not be lost silently.
  for (const { line, text, reason } of simulator.problems) {
    options.onProblem?.({ file: file?.path ?? '', line, message: `is skipped, ${reason}: ${text}` });
  }
  options.onNitro?.(simulator.url);
  const save = async (): Promise<void> => file?.write(simulator.runningConfig());
  cleanup.add(save);
  return { simulator, save };
}
