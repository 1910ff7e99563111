import { doctorCommand } from '../doctor/doctor.ts';
import { UsageError } from '../usage.ts';

/** What the checks of a written appliance came to. `unseen`: the appliance did not answer, or its credentials are missing. */
export type Checked = 'right' | 'wrong' | 'unseen';

/** Exit status of `nspass doctor` → its meaning. */
const MEANINGS: Readonly<Record<number, Checked>> = { 0: 'right', 1: 'wrong' };

/**
 * Runs `nspass doctor` on an appliance of a file. It prints its checks itself, and sets the exit status.
 *
 * @param cloud arguments for Secrets Manager.
 */
export async function checkWritten(file: string, appliance: string, cloud: readonly string[]): Promise<Checked> {
  process.exitCode = 0;
  try {
    await doctorCommand().parseAsync(['--config', file, '--appliance', appliance, ...cloud], { from: 'user' });
  } catch (error) {
    // The file was just made by the rules of the loader: what is missing is outside of it.
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`nspass: ${error.message}\n`);
    return 'unseen';
  }
  return MEANINGS[Number(process.exitCode)] ?? 'unseen';
}
