/** Exit status of a command whose reader has gone, as shells tell it: 128 and SIGPIPE's number. */
export const BROKEN_PIPE = 141;

/**
 * Whoever read our output has gone (`nspass demo | head`): end as if asked to, so that what runs is put away, and say
 * nothing more. Without it, Node reports the closed pipe with a stack trace.
 *
 * @param output standard output.
 * @param end asks the command to end, once.
 */
export function stopOnBrokenPipe(output: NodeJS.EventEmitter, end: () => void): void {
  let gone = false;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!gone) end();
    gone = true;
  });
}
