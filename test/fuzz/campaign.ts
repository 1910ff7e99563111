import { mutate } from './mutate.ts';
import { Random, seedOf } from './random.ts';
import type { FuzzTarget } from './target.ts';

/** An input that broke a parser. */
export interface Crash {
  readonly input: Buffer;
  readonly reason: string;
}

/** What a campaign did to one target. */
export interface CampaignResult {
  readonly inputs: number;
  /** Kinds of outcomes that were seen. */
  readonly outcomes: number;
  readonly crash?: Crash;
}

export interface CampaignOptions {
  readonly seed: number;
  readonly inputs: number;
  readonly kept: readonly Buffer[];
  /** Called before each input, for a watch on hangs. */
  readonly before?: (input: Buffer) => void;
}

const MAX_POOL = 1_000;
/** Outcomes of a target that never repeats itself are no longer counted. */
const MAX_OUTCOMES = 5_000;
const DEFAULT_MAX_BYTES = 4_096;

/** Returns why an input breaks a target; undefined if it does not. */
export async function breaks(target: FuzzTarget, input: Buffer): Promise<string | undefined> {
  try {
    await target.run(input);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return pollution();
}

/** Returns what was added to the prototype of all objects, and removes it. */
function pollution(): string | undefined {
  const names = Object.keys(Object.prototype);
  for (const name of names) delete (Object.prototype as Record<string, unknown>)[name];
  return names.length === 0 ? undefined : `Object.prototype got ${names.join(', ')}`;
}

/**
 * Gives a target its kept inputs and mutations of them, until one breaks it. An input with an outcome that was not seen
 * before is mutated further. The same seed, corpus and target give the same inputs.
 */
export async function runCampaign(target: FuzzTarget, options: CampaignOptions): Promise<CampaignResult> {
  const random = new Random(seedOf(target.name, options.seed));
  const { maxBytes = DEFAULT_MAX_BYTES, tokens } = target;
  const outcomes = new Set<string>();
  const pool: Buffer[] = [...options.kept, Buffer.alloc(0)];
  for (let count = 0; count < options.inputs; count += 1) {
    const input = options.kept[count] ?? mutate(random.of(pool), random, { tokens, pool }, maxBytes);
    options.before?.(input);
    let outcome: string;
    try {
      const came = target.run(input);
      // Waiting costs more than most parsers take.
      outcome = typeof came === 'string' ? came : await came;
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { inputs: count + 1, outcomes: outcomes.size, crash: { input, reason } };
    }
    const polluted = (count & 255) === 0 ? pollution() : undefined;
    if (polluted !== undefined) {
      return { inputs: count + 1, outcomes: outcomes.size, crash: { input, reason: polluted } };
    }
    if (outcomes.size < MAX_OUTCOMES && !outcomes.has(outcome)) {
      outcomes.add(outcome);
      if (pool.length < MAX_POOL) pool.push(input);
      else pool[random.below(pool.length)] = input;
    }
  }
  return { inputs: options.inputs, outcomes: outcomes.size };
}

/** Returns the shortest input found that breaks a target as well: pieces are left out, then bytes made plain. */
export async function minimise(target: FuzzTarget, input: Buffer, tries = 3_000): Promise<Buffer> {
  let best = input;
  let left = tries;
  const accept = async (candidate: Buffer): Promise<boolean> => {
    if (left <= 0) return false;
    left -= 1;
    if ((await breaks(target, candidate)) === undefined) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.max(1, best.length >> 1); size >= 1 && left > 0; size >>= 1) {
    for (let at = 0; at < best.length && left > 0; ) {
      if (!(await accept(Buffer.concat([best.subarray(0, at), best.subarray(at + size)])))) at += size;
    }
  }
  for (let at = 0; at < best.length && left > 0; at += 1) {
    if (best[at] === 0x61) continue;
    const plain = Buffer.from(best);
    plain[at] = 0x61;
    await accept(plain);
  }
  return best;
}
