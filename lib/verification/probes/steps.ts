import type { ProbeAnswer } from '../tools.ts';

/** Why a part of the probe could not be made. */
class StepRefused extends Error {
  override readonly name = 'StepRefused';
  readonly code: number;

  constructor(code: number) {
    super(`refused with error ${code}`);
    this.code = code;
  }
}

/** Ends the steps where the appliance refuses this one. */
export type Must = (answer: Promise<ProbeAnswer>) => Promise<void>;

/** Runs steps until one is refused. @returns its error code; 0 when all were taken. */
export async function refusalOf(steps: (must: Must) => Promise<void>): Promise<number> {
  try {
    await steps(async (answer) => {
      const { code } = await answer;
      if (code !== 0) throw new StepRefused(code);
    });
    return 0;
  } catch (error) {
    if (error instanceof StepRefused) return error.code;
    throw error;
  }
}
