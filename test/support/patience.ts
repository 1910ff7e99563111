import { createHash } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';

/**
 * Limits of waiting, and how often properties run. A limit only ends a test that hangs: it scales with the machine, so
 * that a slow or busy one fails nothing that a fast one passes.
 */

/** Set once by `vitest.config.ts` and inherited by every worker, so that all of them measure alike. */
const PATIENCE = 'NSPASS_PATIENCE';
const ROUNDS = 400;
/** Milliseconds that the rounds take on the machine that the limits are written for. */
const NOMINAL_MS = 40;

/**
 * Measures how many times slower this machine is than the one that the limits are written for.
 *
 * @returns at least 1, at most 20; the load of the last minute counts, as it will still be there.
 */
function measurePatience(): number {
  const block = Buffer.alloc(64 * 1024, 'x');
  const began = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) createHash('sha256').update(block).digest();
  const slow = (performance.now() - began) / NOMINAL_MS;
  const crowded = (loadavg()[0] ?? 0) / availableParallelism();
  return Math.min(20, Math.max(1, slow, crowded));
}

/** Measures the machine and keeps the figure for this process and all that it starts. */
export function setPatience(): number {
  const factor = Number(process.env[PATIENCE] ?? measurePatience());
  process.env[PATIENCE] = String(factor);
  return factor;
}

/**
 * Returns the limit of a wait on this machine.
 *
 * @param ms limit on a machine that is fast and idle, already generous: at least ten times what the wait takes there.
 */
export function patient(ms: number): number {
  return Math.ceil(ms * Number(process.env[PATIENCE] ?? 1));
}

/** True in `npm run test:rest`: only what `npm test` leaves out runs, and properties with all their runs. */
export const REST = process.env.NSPASS_TESTS === 'rest';

/** True when heavy tests run, too: `npm run test:all`. */
export const ALL = REST || process.env.NSPASS_TESTS === 'all';

/**
 * Returns how many runs a heavy property gets: a fifth in `npm test`, all in `npm run test:all`.
 * `NSPASS_PROPERTY_RUNS` overrides both.
 */
export function runs(all: number): number {
  const given = process.env.NSPASS_PROPERTY_RUNS;
  if (given !== undefined) return Number(given);
  return ALL ? all : Math.max(3, Math.ceil(all / 5));
}
