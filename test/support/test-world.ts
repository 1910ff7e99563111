import { onTestFinished } from 'vitest';
import { startWorld, type World, type WorldOptions } from './engine.ts';

/** Starts an engine and a simulated appliance, and stops them at the end of the current test. */
export async function startTestWorld(options?: WorldOptions): Promise<World> {
  const world = await startWorld(options);
  onTestFinished(() => world.stop());
  return world;
}
