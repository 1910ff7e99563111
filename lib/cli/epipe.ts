/** Exit status of a command whose output pipe was closed: 128 plus the number of SIGPIPE, as in shells. */
export const BROKEN_PIPE = 141;

/**
 * Ends the command quietly when the reader of its output is gone (`nspass demo | head`). Without this, Node reports the
 * closed pipe with a stack trace.
 *
 * @param output standard output.
 * @param end stops the command; called once.
 */
export function stopOnBrokenPipe(output: NodeJS.EventEmitter, end: () => void): void {
  let closed = false;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!closed) end();
    closed = true;
  });
}
