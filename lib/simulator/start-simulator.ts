import type { SimulatorOptions } from './options.ts';
import { SimulatedAppliance } from './simulated-appliance.ts';
import type { Simulator } from './simulator.ts';

/**
 * Starts a simulated appliance in this process.
 *
 * @throws where an address cannot be listened at; nothing of it is left running then.
 * @example
 * const simulator = await startSimulator({ map: new Map([['10.1.1.1:8443', { host: '127.0.0.1', port: 9443 }]]) });
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new SimulatedAppliance(options);
  try {
    await simulator.start();
  } catch (error) {
    await simulator.stop();
    throw error;
  }
  return simulator;
}
