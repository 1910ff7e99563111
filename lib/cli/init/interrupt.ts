/** Exit status that shells know for the end by Ctrl-C. */
export const CANCELLED = 130;

/**
 * Says on Ctrl-C, where no question is open, whether something was written.
 *
 * @returns to be called with the file when it is written.
 */
export function reportInterrupt(say: (line: string) => void): (file: string) => void {
  let written: string | undefined;
  process.once('SIGINT', () => {
    say(
      written === undefined ? 'cancelled: nothing was written.' : `cancelled: ${written} is written, but not checked.`,
    );
    process.exit(CANCELLED);
  });
  return (file) => {
    written = file;
  };
}
