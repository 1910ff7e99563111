import type { SimulatorOptions } from './options.ts';
import { SimulatedAppliance } from './simulated-appliance.ts';
import type { Simulator } from './simulator.ts';

/**
 * Starts a simulator in this process.
 *
 * @throws when it cannot listen at an address; then nothing keeps running
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
